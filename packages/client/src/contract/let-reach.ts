import { rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Testbed } from "@lxdkit/testbed";
import { expect } from "vitest";

const relays = fileURLToPath(new URL("../../../testbed/libexec/relays.mjs", import.meta.url));
/** Runs the relays as long as a file is there: signals do not get into a bed. */
const relaying = `const [relays, pair, file] = process.argv.slice(1);
process.argv = [process.argv[0], relays, pair];
setInterval(() => require("node:fs").existsSync(file) || process.exit(0), 50);
import(relays);`;
const dialling = `const { hostname, port } = new URL(process.argv[1]);
require("node:net").connect(port, hostname).on("error", () => process.exit(1)).on("connect", () => process.exit(0));`;

/** Lets the server of one bed reach that of another one at its address while `work` goes on. */
export async function letReach(
  from: Pick<Testbed, "run">,
  to: Pick<Testbed, "httpsUrl" | "directory">,
  work: () => Promise<void>,
): Promise<void> {
  const node = (...words: readonly string[]) => from.run([process.execPath, "-e", ...words], { allowFailure: true });
  const { host } = new URL(to.httpsUrl);
  const file = `${to.directory}/reached`;
  await writeFile(file, "");
  const running = node(relaying, relays, `${host}=${to.directory}/m1.https`, file);
  try {
    await expect.poll(async () => (await node(dialling, to.httpsUrl)).exitCode, { timeout: 10_000 }).toBe(0);
    await work();
  } finally {
    await rm(file);
    await running;
  }
}
