import type { Flavour } from "@lxdkit/protocol";
import type { RealServer } from "./real-server.ts";
import { realServers } from "./real-servers.ts";

/**
 * The families whose servers have what `lxdkit-testbed install --with EXTRA` brings. Where real servers are required,
 * so are the extras: a case that is left out must not look like one that passed.
 */
export async function flavoursWithExtra(
  extra: string,
  has: (real: RealServer) => Promise<boolean>,
): Promise<ReadonlySet<Flavour>> {
  const { servers } = realServers();
  const found = await Promise.all(servers.map(async (real) => ((await has(real)) ? [real.flavour] : [])));
  const flavours = new Set(found.flat());
  if (flavours.size < servers.length && process.env["LXDKIT_REQUIRE_REAL"] === "1") {
    throw new Error(`the real servers lack what these cases need: npm run testbed -- install --with ${extra}`);
  }
  return flavours;
}
