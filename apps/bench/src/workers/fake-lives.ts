import { createServer, request } from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startFakeServer } from "@lxdkit/testing";
import { workerInput } from "../worker.ts";

/** Seconds of each life of a server: start, one request, stop. */
export interface FakeLivesResult {
  readonly fake: readonly number[];
  readonly bare: readonly number[];
}

/** Lives that do not count: Node compiles what runs often. */
const warmUp = 20;
const path = "/1.0/profiles/default";

const { rounds } = workerInput() as { readonly rounds: number };
const result = { fake: [] as number[], bare: [] as number[] };
const body = await liveFake();
for (let round = -warmUp; round < rounds; round += 1) {
  const turns = [["fake", liveFake] as const, ["bare", liveBare] as const];
  if (round % 2 === 0) turns.reverse();
  for (const [name, live] of turns) {
    const start = performance.now();
    const answer = await live();
    const seconds = (performance.now() - start) / 1000;
    if (answer !== body) throw new Error(`the ${name} server answers ${answer}`);
    if (round >= 0) result[name].push(seconds);
  }
}
process.stdout.write(JSON.stringify(result satisfies FakeLivesResult));

async function liveFake(): Promise<string> {
  await using fake = await startFakeServer();
  return await ask(fake.socketPath);
}

async function liveBare(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "lxdkit-bench-"));
  const server = createServer((_request, response) => {
    response.writeHead(200, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) });
    response.end(body);
  });
  const socketPath = join(folder, "unix.socket");
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  const answer = await ask(socketPath);
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
  await rm(folder, { recursive: true });
  return answer;
}

function ask(socketPath: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("error", reject);
      response.on("end", () => resolve(text));
    })
      .on("error", reject)
      .end();
  });
}
