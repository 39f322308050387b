import type { startFakeServer } from "@lxdkit/testing";
import type { Sequence } from "./call.ts";
import { type Baseline, cleanUp, readBaseline } from "./clean-up.ts";
import { compareTraces, type Divergence, type Origin } from "./compare.ts";
import type { Trace } from "./exchange.ts";
import { startFakeLike } from "./fake-side.ts";
import { perform } from "./perform.ts";
import { openSide, sharedWords, type Side, type SideServer } from "./side.ts";

/** What one side did, and where its state was. */
export type SideTrace = Trace & Origin;

/** A server that sequences can be performed on, one after the other. */
export interface Performer {
  readonly side: Side;
  /** Performs a sequence and takes away what it has made. */
  perform(sequence: Sequence): Promise<SideTrace>;
  close(): Promise<void>;
}

/** A real server, which belongs to this test alone, with its simplestreams host. */
export interface RealBed extends SideServer {
  readonly streams: string;
  /** In PEM. */
  readonly streamsCertificate: string;
}

/** Makes a {@link Performer} of a real server that nobody has touched yet. */
export async function openReal(bed: RealBed): Promise<Performer> {
  const side = await openSide(bed, await sharedWords(bed.streams));
  return performerOn(side, await readBaseline(side), () => Promise.resolve());
}

/** Makes a {@link Performer} of a fake that is like `real` is before the first sequence. */
export async function openFake(bed: RealBed, real: Side, start: typeof startFakeServer): Promise<Performer> {
  const { side, close } = await startFakeLike({ real, start, streamsCertificate: bed.streamsCertificate });
  return performerOn(side, await readBaseline(side), close);
}

function performerOn(side: Side, baseline: Baseline, close: () => Promise<void>): Performer {
  return {
    side,
    async perform(sequence) {
      const trace = await perform(side, sequence);
      await cleanUp(side, baseline);
      return { ...trace, directory: side.directory };
    },
    async close() {
      side.close();
      await close();
    },
  };
}

/** Two servers that are to be alike. */
export interface Pair {
  readonly real: Performer;
  readonly fake: Performer;
}

/** A sequence as both sides performed it, with the places at which they were not alike. */
export interface Comparison {
  readonly sequence: Sequence;
  readonly real: SideTrace;
  readonly divergences: readonly Divergence[];
}

/** Performs a sequence on both sides. */
export async function compareOn({ real, fake }: Pair, sequence: Sequence): Promise<Comparison> {
  const [expected, actual] = await Promise.all([real.perform(sequence), fake.perform(sequence)]);
  return { sequence, real: expected, divergences: compareTraces(sequence, expected, actual) };
}
