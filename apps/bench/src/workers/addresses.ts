import { subscribe } from "node:diagnostics_channel";
import { Agent, get } from "node:http";
import { containerAddresses, openServer } from "@lxdkit/server";
import { connectUnix } from "@lxdkit/transport";
import { type ListingTimes, timeInTurns } from "../time-in-turns.ts";
import { workerInput } from "../worker.ts";

/** What it takes to list containers with their addresses. */
export interface AddressesResult extends ListingTimes {
  /** Requests of one list. */
  readonly requests: number;
}

interface Input {
  readonly socketPath: string;
  readonly count: number;
  readonly rounds: number;
}

interface RawInstance {
  readonly state: {
    readonly network: Readonly<Record<string, { readonly addresses: readonly { readonly address: string }[] }>>;
  };
}

/** Rounds that do not count. */
const warmUp = 3;

const { socketPath, count, rounds } = workerInput() as Input;
await using server = await openServer(connectUnix({ socketPath }));
const agent = new Agent({ keepAlive: true });
let requests = 0;
subscribe("lxdkit:request:start", () => {
  requests += 1;
});

const listOurs = async (): Promise<number> => {
  const instances = await server.listInstances();
  return instances.filter(({ state }) => state && containerAddresses(state).length > 0).length;
};
const listRaw = async (): Promise<number> => {
  const text = await new Promise<string>((resolve, reject) => {
    get({ agent, socketPath, path: "/1.0/instances?recursion=2" }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        resolve(Buffer.concat(chunks).toString());
      });
    }).on("error", reject);
  });
  const { metadata } = JSON.parse(text) as { readonly metadata: readonly RawInstance[] };
  return metadata.filter(({ state }) => (state.network["eth0"]?.addresses.length ?? 0) > 0).length;
};

const result = await timeInTurns({ ours: listOurs, raw: listRaw }, { count, rounds, warmUp });
agent.destroy();
const lists = rounds + warmUp;
process.stdout.write(JSON.stringify({ ...result, requests: requests / lists } satisfies AddressesResult));
