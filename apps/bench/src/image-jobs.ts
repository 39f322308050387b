import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import type { Arena } from "./arena.ts";
import type { Comparison } from "./comparison.ts";
import { openWorker, runWorker } from "./worker.ts";
import type { FindAliasInput, FindAliasResult } from "./workers/find-alias.ts";
import type { ServedStream, ServeStreamInput } from "./workers/serve-stream.ts";

const alias = "ubuntu/jammy";
const runsPerRound = 5;
/** Of the time that the family's own client takes to show the image of one alias. */
const goals = { cold: 1, cached: 0.2, program: 2.5 };
/** What Debian keeps the authorities in that everybody trusts; Node brings its own along. */
const authorities = "/etc/ssl/certs/ca-certificates.crt";
/** A products file of LXD images, for example that of a well-known server; an invented one of the same size otherwise. */
const file = process.env["LXDKIT_BENCH_PRODUCTS"];

/** Finds the image of one alias on a simplestreams server with a products file of about a megabyte, in turns. */
export async function compareImageSearch(arena: Arena, rounds: number): Promise<Comparison[]> {
  const { client, flavour } = arena;
  const input: ServeStreamInput = { flavour, ...(file === undefined ? {} : { file }) };
  const folder = await mkdtemp(join(tmpdir(), "lxdkit-bench-"));
  await using stream = await openWorker<ServedStream>("serve-stream", input);
  try {
    const { url, certificate: ca, origin, sizeBytes } = stream.first;
    const caFile = join(folder, "ca.pem");
    await writeFile(caFile, ca);
    // Both trust this authority besides the usual ones, which it takes either of them some time to read.
    const allFile = join(folder, "all.pem");
    await writeFile(allFile, `${await readFile(authorities, "utf8").catch(() => "")}${ca}`);
    const own = { LXD_CONF: folder, INCUS_CONF: folder, SSL_CERT_FILE: allFile };
    await execa(client, ["remote", "add", "bench", url, "--protocol", "simplestreams"], { env: own, stdin: "ignore" });
    const search: FindAliasInput = { url, ca, flavour, alias };
    const cached = { ...search, cache: join(folder, "cache") };
    const { fingerprint } = await runWorker<FindAliasResult>("find-alias", cached);
    const call = async (what: FindAliasInput): Promise<number> => {
      const found = await runWorker<FindAliasResult>("find-alias", what);
      if (found.fingerprint !== fingerprint) throw new Error(`${found.fingerprint} is not ${fingerprint}`);
      return found.seconds;
    };
    const program = async (): Promise<number> => {
      const args = ["image", "find", "jammy", "--source", url];
      const { seconds, stdout } = await arena.lxdkitWith({ NODE_EXTRA_CA_CERTS: caFile, HOME: folder }, ...args);
      if (stdout.trim() !== fingerprint) throw new Error(`${stdout} is not ${fingerprint}`);
      return seconds;
    };
    const theirs = async (): Promise<number> => {
      const start = performance.now();
      const { stdout } = await execa(client, ["image", "info", `bench:${alias}`], { env: own, stdin: "ignore" });
      if (!stdout.includes(fingerprint)) throw new Error(`${client} does not find ${fingerprint}`);
      return (performance.now() - start) / 1000;
    };
    const took = { cold: [] as number[], cached: [] as number[], program: [] as number[], theirs: [] as number[] };
    for (let run = 0; run < rounds * runsPerRound; run += 1) {
      took.theirs.push(await theirs());
      took.cold.push(await call(search));
      took.cached.push(await call(cached));
      took.program.push(await program());
    }
    const size = `${(sizeBytes / 1e6).toFixed(2)} MB of ${origin} products`;
    const other = { title: `${client} image info bench:${alias}`, seconds: took.theirs };
    const compare = (job: string, title: string, seconds: number[], goal: number): Comparison => ({
      job: `${job}, ${size}`,
      ours: { title, seconds },
      theirs: [{ ...other, goal }],
    });
    return [
      compare("find an alias, nothing cached", "findStreamImage(url, alias)", took.cold, goals.cold),
      compare("find an alias, valid cache", "findStreamImage(url, alias, { cache })", took.cached, goals.cached),
      compare("find an image by its series", "lxdkit image find jammy --source", took.program, goals.program),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}
