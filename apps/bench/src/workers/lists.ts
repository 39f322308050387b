import { createClient } from "@lxdkit/client";
import { connectUnix } from "@lxdkit/transport";
import { Agent } from "undici";
import { type ListingTimes, timeInTurns } from "../time-in-turns.ts";
import { workerInput } from "../worker.ts";

/** What it takes to list instances. */
export type ListsResult = ListingTimes;

interface Input {
  readonly socketPath: string;
  readonly count: number;
  readonly rounds: number;
}

/** Rounds that do not count. */
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

const result = await timeInTurns({ ours: listOurs, raw: listRaw }, { count, rounds, warmUp });
process.stdout.write(JSON.stringify(result satisfies ListsResult));
await agent.close();
