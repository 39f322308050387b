import { pause } from "../core/clock.ts";
import type { FakeState } from "../core/fake-state.ts";
import { randomHex, randomUuid } from "../core/random.ts";
import type { InstanceRecord } from "../core/records.ts";
import { OperationFailure } from "../core/refusal.ts";
import type { Caller } from "../core/router.ts";
import { tellInstance } from "../events/lifecycle-event.ts";
import { rootPool } from "../instances/instance-rules.ts";
import { instanceResources } from "../instances/instance-url.ts";
import type { OperationRequest } from "../operations/operation-store.ts";

/** Moves a stopped instance to another member, with the operations and events that this takes on both. */
export async function sendToMember(
  state: FakeState,
  instance: InstanceRecord,
  target: string,
  caller: Caller | undefined,
): Promise<void> {
  const { random, flavour } = state;
  const source = state.on(instance.location);
  const there = state.on(target);
  await send(source, there, instance, flavour === "lxd" ? `lxd-move-of-${randomUuid(random)}` : instance.name);
  instance.location = target;
  if (flavour === "incus") return tellInstance(source, instance, "instance-migrated", { caller });
}

/** LXD makes the instance under an interim name, removes the old one, and renames the new one. */
async function send(source: FakeState, there: FakeState, instance: InstanceRecord, interim: string): Promise<void> {
  const { random, clock, timings, flavour } = source;
  const isLxd = flavour === "lxd";
  const copy = { project: instance.project, name: interim };
  let arrive = (): void => undefined;
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const sending = run(source, "Migrating instance", instance, {
    metadata: { control: randomHex(random, 64), fs: randomHex(random, 64) },
    // The other member is the only one who connects.
    connect: () => undefined,
    work: () => arrived,
  });
  if (isLxd) {
    const context = { "storage-pool": rootPool(there, instance), type: instance.type };
    tellInstance(there, copy, "instance-created", { context });
  }
  await run(there, "Creating instance", copy, { work: () => pause(clock, timings.createMs) }).finally(arrive);
  await sending;
  if (!isLxd) return;
  await run(source, "Deleting instance", instance, {
    work: async () => {
      await Promise.resolve();
      tellInstance(source, instance, "instance-deleted", {});
    },
  });
  await run(there, "Renaming instance", copy, {
    work: async () => {
      await Promise.resolve();
      tellInstance(there, instance, "instance-renamed", { context: { old_name: interim } });
    },
  });
}

/** Runs one part as an operation of its own; rejects when it fails. */
async function run(
  state: FakeState,
  description: string,
  named: Pick<InstanceRecord, "name" | "project">,
  parts: Pick<OperationRequest, "connect" | "metadata" | "work">,
): Promise<void> {
  const resources = instanceResources(state, named);
  const operation = state.operations.start({ description, project: named.project, resources, ...parts });
  await operation.ended;
  const { err } = operation.view();
  if (err !== "") throw new OperationFailure(err);
}
