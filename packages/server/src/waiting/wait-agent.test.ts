import type { Client } from "@lxdkit/client";
import { type InstanceState, instanceStateSchema, LxdkitError } from "@lxdkit/protocol";
import { expect, test } from "vitest";
import { createStatePoller } from "./state-poller.ts";
import { waitForAgent } from "./wait-agent.ts";

const state = (status_code: number, processes: number): InstanceState =>
  instanceStateSchema.parse({ status: `Status ${String(status_code)}`, status_code, processes, network: null });

/** A client with a virtual machine whose states are played one after the other; the last one stays. It has no events. */
function machine(states: readonly InstanceState[], failures: readonly Error[] = []) {
  let at = 0;
  const commands: string[][] = [];
  const events = { ready: () => Promise.reject(new Error("no events")), listen: () => () => undefined };
  const instances = {
    get: () => Promise.resolve({ value: { type: "virtual-machine" } }),
    state: () => Promise.resolve(states[Math.min(at++, states.length - 1)]),
    exec: {
      run(_name: string, command: string[]) {
        const failure = failures[commands.length];
        commands.push(command);
        const exit = { exitCode: 0, stdout: Buffer.from(""), stderr: Buffer.from("") };
        return failure === undefined ? Promise.resolve(exit) : Promise.reject(failure);
      },
    },
  };
  const client = { place: {}, events, instances } as unknown as Client;
  return { host: { client, poller: createStatePoller(client) }, commands, read: () => at };
}

test("nothing is run in a virtual machine before its agent counts processes, and then it is tried until it works", async () => {
  const booting = [state(102, 0), state(103, -1), state(103, -1), state(103, -1), state(103, 12)];
  const early = new LxdkitError("too early", { code: "AGENT_NOT_READY" });
  const { host, commands, read } = machine(booting, [early, early]);
  await waitForAgent(host, "v1");
  expect(commands).toHaveLength(3);
  expect(read()).toBeGreaterThanOrEqual(booting.length);
});

test("an agent that does not come, and what waiting does not mend", async () => {
  const without = machine([state(103, -1)]);
  await expect(waitForAgent(without.host, "v1", { timeoutMs: 100 })).rejects.toMatchObject({
    code: "AGENT_TIMEOUT",
    message: "no command can be run in v1 after 0.1 s (seen: status Status 103)",
  });
  expect(without.commands).toEqual([]);
  const refusal = new LxdkitError("no", { code: "FORBIDDEN" });
  await expect(waitForAgent(machine([state(103, 3)], [refusal]).host, "v1")).rejects.toBe(refusal);
});
