import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { startFakeServer, withInstance } from "@lxdkit/testing";
import { residentMiB, workerInput } from "../worker.ts";

/** Which server a process of its own shall run. */
export interface ServeInput {
  /** `bare` is a plain server that answers everything with the content of a file. */
  readonly kind: "fake" | "bare";
  /** Where a bare server listens. */
  readonly socketPath?: string;
  /** The file that a bare server sends. */
  readonly bodyFile?: string;
  /** Running instances of the fake. */
  readonly instances?: number;
}

/** What such a process prints, one line when it is ready and one for each line that it reads. */
export interface ServeLine {
  readonly socketPath: string;
  /** Its memory now, in MiB. */
  readonly memoryMiB: number;
}

const input = workerInput() as ServeInput;
const socketPath = input.kind === "fake" ? await serveFake(input.instances ?? 0) : await serveBare(input);
const tell = (): void => {
  const line: ServeLine = { socketPath, memoryMiB: residentMiB() };
  process.stdout.write(`${JSON.stringify(line)}\n`);
};
tell();
process.stdin.on("data", tell);

async function serveFake(count: number): Promise<string> {
  const names = Array.from({ length: count }, (_, index) => `c${String(index + 1)}`);
  const fake = await startFakeServer({ setup: names.map((name) => withInstance({ name, status: "Running" })) });
  process.stdin.on("end", () => void fake.close());
  return fake.socketPath;
}

async function serveBare({ socketPath: path = "", bodyFile = "" }: ServeInput): Promise<string> {
  const body = readFileSync(bodyFile, "utf8");
  const server = createServer((_request, response) => {
    response.writeHead(200, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  process.stdin.on("end", () => {
    server.close();
    server.closeAllConnections();
  });
  return path;
}
