import { createClient } from "@lxdkit/client";
import { connectUnix } from "@lxdkit/transport";
import { peakMiB, residentMiB, workerInput } from "../worker.ts";

/** What it takes to read the output of a command. */
export interface ExecStreamResult {
  readonly bytes: number;
  /** The most memory while it was read, less that before, in MiB. */
  readonly memoryMiB: number;
}

interface Input {
  readonly socketPath: string;
  readonly name: string;
  readonly command: readonly string[];
}

const { socketPath, name, command } = workerInput() as Input;
await using connection = connectUnix({ socketPath });
const { exec } = createClient(connection).instances;
// Everything is loaded, and the sockets are open, by the first one.
await exec.run(name, ["true"]);
const before = residentMiB();
const session = await exec.open(name, command);
session.stdin.end();
session.stderr.resume();
let bytes = 0;
for await (const chunk of session.stdout as AsyncIterable<Buffer>) bytes += chunk.length;
const { exitCode } = await session.exit;
if (exitCode !== 0) throw new Error(`the command ended with ${String(exitCode)}`);
await session.close();
const result: ExecStreamResult = { bytes, memoryMiB: peakMiB() - before };
process.stdout.write(JSON.stringify(result));
