import assert from "node:assert/strict";
import type { LifecycleEvent } from "@lxdkit/protocol";
import type { ContractCase, ContractTarget } from "./contract-case.ts";
import { snapshot } from "./instance-snapshot-cases.ts";
import { bringTo, cleaningUp, post, withInstance } from "./own-instance.ts";
import { succeeds } from "./raw-http.ts";
import { listenToEvents } from "./raw-events.ts";

/** What is told of the container itself during `work`, with whether it is told who asked. */
async function toldOf(
  target: ContractTarget,
  path: string,
  work: () => Promise<void>,
): Promise<readonly (readonly [string, boolean])[]> {
  const events = await listenToEvents(target, "?type=lifecycle");
  try {
    await work();
    const mine = (): readonly LifecycleEvent[] =>
      events.all.map(({ metadata }) => metadata as LifecycleEvent).filter(({ source }) => source === path);
    await events.find("the end of the standstill", () => mine().some(({ action }) => action === "instance-resumed"));
    return mine().map(({ action, requestor }) => [action, requestor !== undefined]);
  } finally {
    events.close();
  }
}

/** What a container does while its folder is copied. */
export const standstillCases: readonly ContractCase[] = [
  {
    name: "a container that runs stands still for a snapshot and for a copy, and it is told",
    async run(target) {
      await withInstance(target, async (path, name) => {
        await bringTo(target, path, { action: "start" });
        const take = async (): Promise<void> => {
          await succeeds(target, await snapshot(target, path, { name: "s1" }));
        };
        const asked = [
          ["instance-paused", true],
          ["instance-resumed", true],
        ];
        assert.deepEqual(await toldOf(target, path, take), asked);
        const copy = `${name}-2`;
        await cleaningUp(target, copy, async () => {
          const make = async (): Promise<void> => {
            const source = { type: "copy", source: name };
            await succeeds(target, await post(target, { name: copy, source, profiles: ["default"] }));
          };
          assert.deepEqual(
            await toldOf(target, path, make),
            asked.map(([action]) => [action, false]),
          );
        });
      });
    },
  },
];
