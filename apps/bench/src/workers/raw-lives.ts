import { Agent, request } from "node:http";
import { workerInput } from "../worker.ts";

/** What to do with containers, all of them at once. */
export interface RawLivesInput {
  readonly socketPath: string;
  readonly action: "launch" | "delete";
  readonly names: readonly string[];
}

interface Answer {
  readonly type?: string;
  readonly operation?: string;
  readonly error?: string;
  readonly metadata?: { readonly err?: string } | null;
}

/** What a script without lxdkit would be: Node's own client, as many connections as requests, no word about failures. */
const { socketPath, action, names } = workerInput() as RawLivesInput;
const agent = new Agent({ keepAlive: true });

function ask(method: string, path: string, body?: unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ agent, socketPath, method, path }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        resolve(JSON.parse(Buffer.concat(chunks).toString()) as Answer);
      });
    });
    asked.on("error", reject);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Asks, and waits until the server has done it. */
async function work(method: string, path: string, body?: unknown): Promise<void> {
  const { operation, error } = await ask(method, path, body);
  if (!operation) throw new Error(`${method} ${path}: ${error ?? "no operation"}`);
  const end = await ask("GET", `${operation}/wait`);
  if (end.metadata?.err) throw new Error(`${method} ${path}: ${end.metadata.err}`);
}

const lives = {
  launch: async (name: string) => {
    await work("POST", "/1.0/instances", { name, source: { type: "image", alias: "tiny" } });
    await work("PUT", `/1.0/instances/${name}/state`, { action: "start", timeout: -1 });
  },
  delete: async (name: string) => {
    await work("PUT", `/1.0/instances/${name}/state`, { action: "stop", force: true, timeout: -1 });
    await work("DELETE", `/1.0/instances/${name}`);
  },
};
await Promise.all(names.map((name) => lives[action](name)));
agent.destroy();
process.stdout.write("{}");
