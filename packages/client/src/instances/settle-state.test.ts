import { expect, test } from "vitest";
import type { ClientContext } from "../client-context.ts";
import { refuse, startScriptedServer, sync } from "../contract/scripted-server.ts";
import { settleState } from "./settle-instance.ts";

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
  const context = { connection: server.client.connection } as Partial<ClientContext> as ClientContext;
  return await settleState(context, "c1", { action, timeout: -1, force: false, stateful: false }, {})(undefined);
}

test("the state of the instance tells what became of a change of it", async () => {
  expect(await settled("start", [{ status: "Running" }])).toBe(true);
  expect(await settled("start", [{ status: "Stopped" }])).toBe(false);
  expect(await settled("stop", [{ status: "Stopped" }])).toBe(true);
  expect(await settled("stop", [{ status: "Running", power: "RUNNING" }])).toBe(false);
  expect(await settled("stop", [])).toBe(false);
});

test("an instance that the server is about to start again is not taken for stopped", async () => {
  const about = { status: "Stopped", power: "RUNNING" };
  expect(await settled("stop", [about, { status: "Running", power: "RUNNING" }])).toBe(false);
  expect(await settled("start", [about, { status: "Running", power: "RUNNING" }])).toBe(true);
  expect(await settled("stop", [{ ...about, autostart: "false" }])).toBe(true);
});
