import { expect, test } from "vitest";
import type { ClientContext } from "../client-context.ts";
import { refuse, startScriptedServer, sync } from "../contract/scripted-server.ts";
import { settleState } from "./settle-state.ts";

interface Shown {
  readonly status: string;
  readonly power?: string;
  readonly autostart?: string;
}

/** What is settled when the server shows these states one after the other; the last one stays. */
async function settled(action: "start" | "stop", shown: readonly Shown[]): Promise<boolean | undefined> {
  let reads = 0;
  await using server = await startScriptedServer({
    onRequest(_request, response) {
      const now = shown[Math.min(reads, shown.length - 1)];
      reads += 1;
      if (now === undefined) refuse(response, 404, "Instance not found");
      else {
        const config = { "volatile.last_state.power": now.power ?? "STOPPED" };
        const expanded = now.autostart === undefined ? config : { ...config, "boot.autostart": now.autostart };
        sync(response, { name: "c1", type: "container", status: now.status, config, expanded_config: expanded });
      }
      return true;
    },
  });
  const hub = { listen: () => () => undefined } as Partial<ClientContext["hub"]> as ClientContext["hub"];
  const context = { connection: server.client.connection, hub } as Partial<ClientContext> as ClientContext;
  return await settleState(context, "c1", { action, timeout: -1, force: true, stateful: false }, {})(undefined);
}

test("an instance that is in the wanted state, or gone, tells at once what became of the change", async () => {
  expect(await settled("start", [{ status: "Running" }])).toBe(true);
  expect(await settled("stop", [{ status: "Stopped" }])).toBe(true);
  // An ephemeral instance is removed when it stops.
  expect(await settled("stop", [])).toBe(true);
  expect(await settled("start", [])).toBe(false);
});

test("one that stays in another state was not changed", async () => {
  const looks = [settled("start", [{ status: "Stopped" }]), settled("stop", [{ status: "Running", power: "RUNNING" }])];
  expect(await Promise.all(looks)).toEqual([false, false]);
}, 20_000);

test("an instance that the server is about to start again is not taken for stopped", async () => {
  const about = { status: "Stopped", power: "RUNNING" };
  const restored = { status: "Running", power: "RUNNING" };
  const looks = [
    settled("stop", [about, restored]),
    settled("start", [about, restored]),
    settled("stop", [{ ...about, autostart: "false" }]),
  ];
  expect(await Promise.all(looks)).toEqual([false, true, true]);
}, 20_000);
