import { createClient } from "@lxdkit/client";
import { connectUnix } from "@lxdkit/transport";
import { peakMiB, residentMiB, workerInput } from "../worker.ts";

/** What it takes to copy a file into an instance and back. */
export interface FileTransferResult {
  /** The most memory of both, less that before, in MiB. */
  readonly memoryMiB: number;
}

interface Input {
  readonly socketPath: string;
  readonly name: string;
  readonly small: string;
  readonly large: string;
  readonly back: string;
}

const { socketPath, name, small, large, back } = workerInput() as Input;
await using connection = connectUnix({ socketPath });
const { files } = createClient(connection).instances;
// Everything is loaded, and the sockets are open, by the first one.
await files.pushFile(name, small, "/tmp/small");
await files.pullFile(name, "/tmp/small", back);
const before = residentMiB();
await files.pushFile(name, large, "/tmp/large");
await files.pullFile(name, "/tmp/large", back);
const result: FileTransferResult = { memoryMiB: peakMiB() - before };
process.stdout.write(JSON.stringify(result));
