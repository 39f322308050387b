import type { Flavour } from "@lxdkit/protocol";
import { findStreamImage } from "@lxdkit/simplestreams";
import { workerInput } from "../worker.ts";

/** What to look for. */
export interface FindAliasInput {
  readonly url: string;
  readonly ca: string;
  readonly flavour: Flavour;
  readonly alias: string;
  /** Folder of a cache that is believed for an hour. */
  readonly cache?: string;
}

/** What was found, in the first call of a new process. */
export interface FindAliasResult {
  readonly fingerprint: string;
  readonly seconds: number;
}

const { url, ca, flavour, alias, cache } = workerInput() as FindAliasInput;
const kept = cache === undefined ? {} : { cache: { directory: cache, maxAgeMs: 3_600_000 } };
const start = performance.now();
const { fingerprint } = await findStreamImage(url, alias, { ca, flavour, ...kept });
const result: FindAliasResult = { fingerprint, seconds: (performance.now() - start) / 1000 };
process.stdout.write(JSON.stringify(result));
