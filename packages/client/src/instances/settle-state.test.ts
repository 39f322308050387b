import { type InstanceStatePut, type Operation, operationSchema } from "@lxdkit/protocol";
import { expect, test } from "vitest";
import type { ClientContext } from "../client-context.ts";
import { refuse, startScriptedServer, sync } from "../contract/scripted-server.ts";
import { settleState } from "./settle-state.ts";

interface Shown {
  readonly status: string;
  readonly power?: string;
  readonly autostart?: string;
  readonly usedAt?: string;
}

/** Long enough for what the test does not mean never to happen, short for what it waits for. */
const limits = { restoreMs: 60_000, changeMs: 60_000, helperMs: 10, lookMs: 60_000 };

const created_at = "2026-01-01T00:00:01.5Z";
const operation: Operation = operationSchema.parse({
  id: "a",
  class: "task",
  status: "Running",
  status_code: 103,
  created_at,
});

interface Case extends Partial<InstanceStatePut> {
  readonly limits?: Partial<typeof limits>;
  readonly operation?: Operation;
}

/** What is settled when the server shows these states one after the other, telling of each change; the last one stays. */
async function settled(
  action: InstanceStatePut["action"],
  shown: readonly Shown[],
  { limits: some, operation: of = operation, ...change }: Case = {},
): Promise<boolean | undefined> {
  let reads = 0;
  await using server = await startScriptedServer({
    onRequest({ path }, response) {
      if (path === "/1.0") return false;
      const now = shown[Math.min(reads, shown.length - 1)];
      reads += 1;
      if (now === undefined) refuse(response, 404, "Instance not found");
      else {
        const { status, power = "STOPPED", autostart, usedAt: last_used_at } = now;
        const config = { "volatile.last_state.power": power };
        const expanded_config = autostart === undefined ? config : { ...config, "boot.autostart": autostart };
        sync(response, { name: "c1", type: "container", status, last_used_at, config, expanded_config });
      }
      if (reads < shown.length) {
        response.on("finish", () => {
          server.tell({ type: "lifecycle", metadata: { action: "instance-x", source: "/1.0/instances/c1?project=p" } });
        });
      }
      return true;
    },
  });
  const { connection, events: hub } = server.client;
  await hub.ready();
  const context = { connection, hub } as Partial<ClientContext> as ClientContext;
  const body = { action, timeout: -1, force: true, stateful: false, ...change };
  return await settleState(context, "c1", body, {}, { ...limits, ...some })(undefined, of);
}

test.each<[InstanceStatePut["action"], string, boolean]>([
  ["start", "Running", true],
  ["start", "Stopped", false],
  ["start", "Error", false],
  ["stop", "Stopped", true],
  ["stop", "Running", false],
  ["freeze", "Frozen", true],
  ["freeze", "Freezing", false],
  ["freeze", "Running", false],
  ["unfreeze", "Running", true],
  ["unfreeze", "Frozen", false],
])("a forced %s of an instance that is then %s: %s", async (action, status, isDone) => {
  expect(await settled(action, [{ status, power: status === "Running" ? "RUNNING" : "STOPPED" }])).toBe(isDone);
});

test("an instance that is gone was stopped, as ephemeral ones are, and nothing else", async () => {
  expect(await settled("stop", [])).toBe(true);
  for (const action of ["start", "restart", "freeze", "unfreeze"] as const) {
    expect(await settled(action, [])).toBe(false);
  }
});

const running = { status: "Running", power: "RUNNING" };

test.each([
  ["that ran", { status: "Stopped", power: "RUNNING" }],
  ["that starts always", { status: "Stopped", autostart: "true" }],
  ["that starts when it ran", { status: "Stopped", power: "RUNNING", autostart: "last-state" }],
])("an instance %s is not taken for stopped: the server is about to start it", async (_what, about) => {
  expect(await settled("stop", [about, running])).toBe(false);
  expect(await settled("start", [about, running])).toBe(true);
  // A server that never does leaves open whether it will.
  expect(await settled("stop", [about], { limits: { restoreMs: 30 } })).toBeUndefined();
});

test("one that the server will not start is stopped", async () => {
  expect(await settled("stop", [{ status: "Stopped", power: "RUNNING", autostart: "false" }])).toBe(true);
});

test.each(["Starting", "Stopping", "Aborting"])(
  "an instance that is %s is waited for, but not for ever",
  async (status) => {
    expect(await settled("stop", [{ status }, { status: "Stopped" }])).toBe(true);
    expect(await settled("start", [{ status }, running])).toBe(true);
    expect(await settled("start", [{ status }], { limits: { changeMs: 30 } })).toBe(false);
  },
);

test("an instance that was asked to stop may take its time", async () => {
  expect(await settled("stop", [running, { status: "Stopped" }], { force: false })).toBe(true);
  expect(await settled("stop", [running], { force: false, timeout: 0 })).toBe(false);
  expect(await settled("stop", [running], { force: false, limits: { restoreMs: 30 } })).toBe(false);
});

const before = { ...running, usedAt: "2026-01-01T00:00:01.4Z" };
const after = { ...running, usedAt: "2026-01-01T00:00:02Z" };

test("one that was started since is not stopping any more", async () => {
  expect(await settled("stop", [after], { force: false })).toBe(false);
});

test("a restart was made when the instance runs and was started since", async () => {
  expect(await settled("restart", [after])).toBe(true);
  expect(await settled("restart", [before])).toBe(false);
  expect(await settled("restart", [{ ...before, status: "Stopped" }, after])).toBe(true);
  expect(await settled("restart", [{ status: "Stopped" }])).toBe(false);
  const operationOfUnknownAge = { ...operation, created_at: "" };
  expect(await settled("restart", [after], { operation: operationOfUnknownAge })).toBeUndefined();
});

test("an abort ends the looking", async () => {
  await using server = await startScriptedServer({
    onRequest(_request, response) {
      sync(response, { name: "c1", type: "container", status: "Stopping", config: {}, expanded_config: {} });
      return true;
    },
  });
  const { connection, events: hub } = server.client;
  const context = { connection, hub } as Partial<ClientContext> as ClientContext;
  const controller = new AbortController();
  const settle = settleState(context, "c1", { action: "stop", timeout: -1, force: true, stateful: false }, {}, limits);
  const settling = settle(controller.signal, operation);
  await expect.poll(() => server.requests.length).toBe(1);
  const reason = new Error("enough");
  controller.abort(reason);
  await expect(settling).rejects.toBe(reason);
});
