import { type FakeServer, type startFakeServer, withNetwork, withWarning } from "@lxdkit/testing";
import { openSide, type Side } from "./side.ts";

/** A fake that is as a real server is before the first sequence. */
export interface FakeSide {
  readonly fake: FakeServer;
  readonly side: Side;
  close(): Promise<void>;
}

interface RealImage {
  readonly fingerprint: string;
  readonly size: number;
  readonly architecture: string;
  readonly filename: string;
  readonly properties: Readonly<Record<string, string>>;
}

interface RealWarning {
  readonly type: string;
  readonly last_message: string;
  readonly severity: "low" | "moderate" | "high";
}

/** What a fake needs to be like a real server. */
export interface FakeLikeOptions {
  /** A side of the real server, which nobody has touched yet. */
  readonly real: Side;
  /** What starts a fake; another one than usual has a bug planted in it. */
  readonly start: typeof startFakeServer;
  /** In PEM. */
  readonly streamsCertificate: string;
}

/** Starts a fake that is like a real server. */
export async function startFakeLike({ real, start, streamsCertificate }: FakeLikeOptions): Promise<FakeSide> {
  const image = (await read(real, `/1.0/images/${real.words["tiny"] ?? ""}`)) as RealImage;
  const bridge = `${real.flavour}br0`;
  const { config } = (await read(real, `/1.0/networks/${bridge}`)) as { readonly config: Record<string, string> };
  const warnings = (await read(real, "/1.0/warnings?recursion=1")) as readonly RealWarning[];
  const fake = await start({
    flavour: real.flavour,
    name: "m1",
    https: true,
    imageServerCa: streamsCertificate,
    images: [
      {
        aliases: ["tiny"],
        fingerprint: image.fingerprint,
        sizeBytes: image.size,
        architecture: image.architecture,
        properties: image.properties,
        filename: image.filename,
      },
    ],
    // What the machine lacks, and so cannot be had from the fake itself.
    setup: [
      withNetwork({ name: bridge, config }),
      ...warnings.map(({ type, last_message, severity }) => withWarning({ type, message: last_message, severity })),
    ],
    // The tiny image starts without a word.
    bootLog: () => "",
    createMs: 0,
    downloadMs: 0,
    bootMs: 0,
    leaseMs: 0,
    stopMs: 0,
  });
  const side = await openSide(fake, real.words);
  return {
    fake,
    side,
    async close() {
      side.close();
      await fake.close();
    },
  };
}

async function read(side: Side, path: string): Promise<unknown> {
  const { body } = await side.send("GET", path);
  return (body as { readonly metadata: unknown }).metadata;
}
