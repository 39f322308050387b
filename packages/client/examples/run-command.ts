import { createClient, type ExecResult } from "@lxdkit/client";
import { connectUnix } from "@lxdkit/transport";

/** Pushes a script into a running instance, runs it, and talks to a shell. */
export async function main(socketPath: string, name: string): Promise<ExecResult> {
  // #region readme
  await using connection = connectUnix({ socketPath });
  const { exec, files } = createClient(connection).instances;
  await files.write(name, "/bin/count", "#!/bin/sh\nwc -c\n", { mode: 0o755 });
  const counted = await exec.run(name, ["/bin/count"], { input: "hello" }); // stdout is a Buffer with "5\n"
  await using shell = await exec.open(name, ["sh"], { interactive: true, size: { width: 80, height: 24 } });
  shell.stdout.resume();
  shell.stdin.write("exit 3\n");
  const { exitCode } = await shell.exit; // 3: a command that fails is no error
  // #endregion
  return { ...counted, exitCode };
}
