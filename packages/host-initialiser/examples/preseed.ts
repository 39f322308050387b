import { applyPreseed, dumpPreseed, formatPreseed } from "@lxdkit/host-initialiser";
import { openServer } from "@lxdkit/server";
import { connectUnix } from "@lxdkit/transport";

/** Applies a preseed twice, and gives what changed the second time with what is there then. */
export async function main(socketPath: string): Promise<{ readonly again: number; readonly dump: string }> {
  // #region readme
  await using server = await openServer(connectUnix({ socketPath }));
  const yaml = "profiles: [{name: small, config: {limits.cpu: 2}}]";
  await applyPreseed(server, yaml); // as lxd init --preseed
  const { changed } = await applyPreseed(server, yaml); // nothing is written the second time
  return { again: changed.length, dump: formatPreseed(await dumpPreseed(server)) }; // as lxd init --dump
  // #endregion
}
