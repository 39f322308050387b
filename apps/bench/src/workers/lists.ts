import { createClient } from "@lxdkit/client";
import { connectUnix } from "@lxdkit/transport";
import { Agent } from "undici";
import { workerInput } from "../worker.ts";

/** Seconds of each list, in the order in which they were made. */
export interface ListsResult {
  readonly ours: readonly number[];
  readonly raw: readonly number[];
}

interface Input {
  readonly socketPath: string;
  readonly count: number;
  readonly rounds: number;
}

/** Rounds that do not count: Node compiles what runs often. */
const warmUp = 5;

const { socketPath, count, rounds } = workerInput() as Input;
await using connection = connectUnix({ socketPath });
const client = createClient(connection);
const agent = new Agent({ connect: { socketPath } });

const listOurs = async (): Promise<number> => (await client.instances.list()).length;
const listRaw = async (): Promise<number> => {
  const { body } = await agent.request({
    origin: "http://unix.socket",
    method: "GET",
    path: "/1.0/instances?recursion=1",
  });
  return (JSON.parse(await body.text()) as { readonly metadata: readonly unknown[] }).metadata.length;
};

const result = { ours: [] as number[], raw: [] as number[] };
for (let round = -warmUp; round < rounds; round += 1) {
  const turns = [["ours", listOurs] as const, ["raw", listRaw] as const];
  // Neither of them always meets the server just after the other.
  if (round % 2 === 0) turns.reverse();
  for (const [name, list] of turns) {
    const start = performance.now();
    const listed = await list();
    const seconds = (performance.now() - start) / 1000;
    if (listed !== count) throw new Error(`a list has ${String(listed)} instances instead of ${String(count)}`);
    if (round >= 0) result[name].push(seconds);
  }
}
process.stdout.write(JSON.stringify(result satisfies ListsResult));
await agent.close();
