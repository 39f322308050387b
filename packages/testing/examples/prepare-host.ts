import { type CommandRunner, createFakeRunner, startFakeSnapd } from "@lxdkit/testing";

/** Runs code that prepares a host where LXD is not installed yet, and gives what it did. */
export async function main(
  prepare: (run: CommandRunner, snapdSocket: string) => Promise<void>,
): Promise<readonly (string | undefined)[]> {
  // #region readme
  await using snapd = await startFakeSnapd(); // with a store that has LXD in several channels
  const runner = createFakeRunner({ replies: { "lxd --version": { spawnError: "ENOENT" } } });
  runner.on("lxd init --preseed"); // ends with 0
  await prepare(runner.run, snapd.socketPath);
  runner.assertExpected(); // fails when it ran anything else
  return [...runner.commands.map(({ line }) => line), snapd.installed("lxd")?.channel];
  // #endregion
}
