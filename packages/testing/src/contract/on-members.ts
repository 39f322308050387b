import assert from "node:assert/strict";
import type { Operation, ServerEvent } from "@lxdkit/protocol";
import type { ContractCase, ContractTarget } from "./contract-case.ts";
import { listenToEvents } from "./raw-events.ts";
import { type Answer, assertSync, get, operationEnd, send } from "./raw-http.ts";
import { uniqueName } from "./own-instance.ts";
import type { Fields } from "./own-object.ts";

/** The first three members of a cluster. */
export function membersOf({ members = [] }: ContractTarget): readonly [string, string, string] {
  const [first, second, third] = members;
  assert.ok(first !== undefined && second !== undefined && third !== undefined, "a cluster has three members");
  return [first, second, third];
}

/** Cases of a cluster, one after the other: they change its members. */
export function onMembers(cases: readonly Omit<ContractCase, "needs" | "isAlone">[]): readonly ContractCase[] {
  return cases.map((one) => ({ ...one, needs: "members", isAlone: true }));
}

/** Reads a list of objects. */
export async function listOf(target: ContractTarget, path: string): Promise<readonly Fields[]> {
  const answer = await get(target, path);
  assertSync(answer);
  return answer.metadata as readonly Fields[];
}

/** Makes an instance on one member, runs `use` with its name, and removes it. */
export async function withInstanceOn(
  target: ContractTarget,
  query: string,
  use: (name: string, answer: Answer, operation: Operation) => Promise<void>,
  extra: Fields = { source: { type: "none" } },
): Promise<void> {
  const name = uniqueName();
  const answer = await send(target, "POST", `/1.0/instances${query}`, { body: { name, ...extra } });
  const operation = await operationEnd(target, answer);
  try {
    assert.equal(operation.err, "");
    await use(name, answer, operation);
  } finally {
    const path = `/1.0/instances/${name}`;
    const stop = { action: "stop", force: true, timeout: -1 };
    const stopped = await send(target, "PUT", `${path}/state`, { body: stop });
    if (stopped.status === 202) await operationEnd(target, stopped);
    const removal = await send(target, "DELETE", path);
    if (removal.status === 202) await operationEnd(target, removal);
  }
}

/** The location of an instance. */
export async function locationOf(target: ContractTarget, name: string): Promise<unknown> {
  return ((await get(target, `/1.0/instances/${name}`)).metadata as Fields)["location"];
}

/** Runs `work` and gives the lifecycle events that came meanwhile, up to the first that `isLast` fits. */
export async function eventsDuring(
  target: ContractTarget,
  work: () => Promise<void>,
  isLast: (event: ServerEvent) => boolean,
): Promise<readonly ServerEvent[]> {
  const events = await listenToEvents(target, "?type=lifecycle,operation&all-projects=true");
  try {
    await work();
    await events.find("the last one", isLast);
    return events.all;
  } finally {
    events.close();
  }
}
