import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { startFakeServer } from "@lxdkit/testing";
import type { Sequence } from "./call.ts";
import { compareTraces } from "./compare.ts";
import type { PlantedBug } from "./planted-bugs.ts";
import { openFake, type RealBed, type SideTrace } from "./side-by-side.ts";
import type { Side } from "./side.ts";

const testing = fileURLToPath(new URL("../../../testing/", import.meta.url));

/** What a search for a bug needs. */
export interface BugSearch {
  readonly bed: RealBed;
  readonly real: Side;
  readonly sequences: readonly Sequence[];
  /** What the real server did with each of the sequences. */
  readonly traces: readonly SideTrace[];
}

/**
 * Plants a bug in a copy of the fake, and performs the sequences on it until it differs from the real server. Gives the
 * place, or undefined when it never does. Without a bug the copy is as the fake is.
 */
export async function findBug(search: BugSearch, bug: PlantedBug | undefined): Promise<string | undefined> {
  // Inside of the package, so that its imports still find what they name, and where no check looks for sources.
  await mkdir(join(testing, "dist"), { recursive: true });
  const copy = await mkdtemp(join(testing, "dist", "planted-"));
  try {
    await cp(join(testing, "src"), copy, { recursive: true });
    if (bug !== undefined) await plant(copy, bug);
    const { startFakeServer: start } = (await import(join(copy, "fake-server.ts"))) as {
      readonly startFakeServer: typeof startFakeServer;
    };
    return await firstDifference(search, start);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

async function plant(copy: string, { file, text, instead }: PlantedBug): Promise<void> {
  const path = join(copy, file);
  const [before, after, ...more] = (await readFile(path, "utf8")).split(text);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(`the text of a planted bug has to be in ${file} exactly once: ${text}`);
  }
  await writeFile(path, `${before}${instead}${after}`);
}

async function firstDifference(
  { bed, real, sequences, traces }: BugSearch,
  start: typeof startFakeServer,
): Promise<string | undefined> {
  const fake = await openFake(bed, real, start);
  try {
    for (const [index, sequence] of sequences.entries()) {
      const expected = traces[index];
      if (expected === undefined) continue;
      const trace = await fake.perform(sequence).catch((error: unknown) => String(error));
      // A fake that cannot even be brought back to its beginning differs too.
      if (typeof trace === "string") return `${sequence.name}: ${trace}`;
      const [first] = compareTraces(sequence, expected, trace);
      if (first !== undefined) return `${sequence.name}: ${first.where} ${first.at}`;
    }
    return undefined;
  } finally {
    await fake.close();
  }
}
