import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import type { Instance, InstanceState } from "@lxdkit/protocol";
import type { ContractTarget } from "./contract-case.ts";
import { type Answer, eventually, get, operationEnd, send, succeeds } from "./raw-http.ts";

/** A name that no other case uses. */
export function uniqueName(): string {
  return `contract-${randomBytes(5).toString("hex")}`;
}

/** The body that makes an instance from the target's own image. */
export function fromImage(target: ContractTarget, name: string): Readonly<Record<string, unknown>> {
  return { name, source: { type: "image", alias: target.imageAlias } };
}

/** Asks for an instance. */
export function post(target: ContractTarget, body: unknown): Promise<Answer> {
  return send(target, "POST", "/1.0/instances", { body });
}

/** Runs `use` with the path of a new, stopped instance, and removes it afterwards. */
export async function withInstance(
  target: ContractTarget,
  use: (path: string, name: string) => Promise<void>,
  extra: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const name = uniqueName();
  await cleaningUp(target, name, async () => {
    await succeeds(target, await post(target, { ...fromImage(target, name), ...extra }));
    await use(`/1.0/instances/${name}`, name);
  });
}

/** Runs `use` and removes the instance `name` afterwards, should it exist. */
export async function cleaningUp(target: ContractTarget, name: string, use: () => Promise<void>): Promise<void> {
  try {
    await use();
  } finally {
    await removeInstance(target, name);
  }
}

/** Removes an instance whatever its state; servers are still busy with it for a moment after a change. */
export async function removeInstance(target: ContractTarget, name: string): Promise<void> {
  const path = `/1.0/instances/${name}`;
  await eventually(`${name} is gone`, async () => {
    const found = await get(target, path);
    if (found.status === 404) return true;
    if ((found.metadata as Instance).status !== "Stopped") {
      await operationEnd(target, await changeState(target, path, { action: "stop", force: true, timeout: -1 }));
    }
    const removal = await send(target, "DELETE", path);
    if (removal.status === 202) await operationEnd(target, removal);
    return undefined;
  });
}

/** Asks for a change of state. */
export function changeState(
  target: ContractTarget,
  path: string,
  change: { readonly action: string; readonly force?: boolean; readonly timeout?: number },
): Promise<Answer> {
  return send(target, "PUT", `${path}/state`, { body: change });
}

/** Changes the state and asserts that it worked. */
export async function bringTo(
  target: ContractTarget,
  path: string,
  change: { readonly action: string; readonly force?: boolean; readonly timeout?: number },
): Promise<void> {
  await succeeds(target, await changeState(target, path, change));
}

/** Reads an instance and its ETag. */
export async function readInstance(
  target: ContractTarget,
  path: string,
): Promise<{ readonly instance: Instance; readonly etag: string }> {
  const answer = await get(target, path);
  assert.equal(answer.status, 200, answer.text);
  const etag = answer.headers.etag ?? "";
  assert.match(etag, /^"[0-9a-f]{64}"$/);
  return { instance: answer.metadata as Instance, etag };
}

/** Reads an instance's state. */
export async function readState(target: ContractTarget, path: string): Promise<InstanceState> {
  return (await get(target, `${path}/state`)).metadata as InstanceState;
}
