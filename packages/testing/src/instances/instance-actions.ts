import { sortedMap } from "../core/etag.ts";
import { pause } from "../core/clock.ts";
import type { FakeState } from "../core/fake-state.ts";
import type { InstanceRecord } from "../core/records.ts";
import type { Caller } from "../core/router.ts";
import { operationUrl } from "./instance-url.ts";
import { checkStart } from "./instance-check.ts";
import { rootPool } from "./instance-rules.ts";
import { expandedDevices } from "./instance-expansion.ts";
import { nicsOf } from "./instance-network.ts";
import { switchOn } from "./instance-power.ts";
import { removeInstance } from "./remove-instance.ts";
import { withVolatileKeys } from "./volatile-keys.ts";
import { applyTemplates } from "./metadata/apply-templates.ts";
import { tellInstance } from "../events/lifecycle-event.ts";
import type { OperationRequest, OperationRun } from "../operations/operation-store.ts";
import { randomHex } from "../core/random.ts";
import { OperationFailure } from "../core/refusal.ts";
import { wireTime } from "../core/wire-time.ts";

/** A change of an instance's state. */
export type StateAction = "start" | "stop" | "restart" | "freeze" | "unfreeze";

/** How to stop. */
export interface StopOptions {
  readonly force: boolean;
  /** Seconds; zero or less waits for ever. */
  readonly timeout: number;
}

/** How the servers call what each action does. */
export const actionTitles: Readonly<Record<StateAction, string>> = {
  start: "Starting instance",
  stop: "Stopping instance",
  restart: "Restarting instance",
  freeze: "Freezing instance",
  unfreeze: "Unfreezing instance",
};

/** The operation that carries out `action`; its texts were measured on LXD 5.0.2 and Incus 6.0.4. */
export function stateOperation(
  state: FakeState,
  instance: InstanceRecord,
  action: StateAction,
  options: StopOptions,
  caller: Caller,
): OperationRequest {
  const { project } = instance;
  const resources = { instances: [operationUrl(state, instance)] };
  const base = { description: actionTitles[action], project, resources };
  switch (action) {
    case "start":
      return { ...base, work: (run) => start(state, instance, caller, run) };
    case "stop":
      return { ...base, work: () => stop(state, instance, options, caller) };
    case "restart":
      return { ...base, work: () => restart(state, instance, options, caller) };
    case "freeze":
    case "unfreeze":
      return { ...base, work: () => setFrozen(state, instance, action, caller) };
  }
}

/** Refuses an action while another one is under way. */
export function checkIdle(instance: InstanceRecord, action: string): void {
  if (instance.busy === undefined) return;
  throw new OperationFailure(
    `Failed to create instance ${action} operation: Instance is busy running a "${instance.busy}" operation`,
  );
}

/** Starts a stopped instance. */
export function start(
  state: FakeState,
  instance: InstanceRecord,
  caller: Caller | undefined,
  run?: OperationRun,
): Promise<void> {
  checkIdle(instance, "start");
  if (instance.power !== undefined) throw new OperationFailure("The instance is already running");
  instance.busy = "start";
  return boot(state, instance, run)
    .then(() => tellInstance(state, instance, "instance-started", { caller }))
    .finally(() => (instance.busy = undefined));
}

async function boot(state: FakeState, instance: InstanceRecord, run?: OperationRun): Promise<void> {
  checkStart(state, instance);
  if (instance.isHalfMade === true) {
    const about = state.flavour === "lxd" ? "" : "Failed getting instance pool: ";
    throw new OperationFailure(`${about}Instance storage pool not found`);
  }
  await pause(state.clock, state.timings.bootMs);
  const isShifted = instance.config["volatile.last_state.idmap"] === instance.config["volatile.idmap.next"];
  const isShifting = state.flavour === "lxd" && !isShifted;
  if (isShifting) run?.update({ container_progress: "Remapping container filesystem" });
  if (!instance.bootable) {
    throw new OperationFailure(
      state.flavour === "lxd"
        ? `Failed to handle idmapped storage: No such file or directory: "${rootfsPath(state, instance)}"`
        : `Failed to run: ${forkStart(state, instance)}: exit status 1`,
    );
  }
  if (isShifting) run?.update({ container_progress: "" });
  // Of devices that could not be added at once.
  instance.config = withVolatileKeys(state, instance.config, expandedDevices(state, instance));
  const hosts = nicsOf(state, instance).map((nic): [string, string] => [
    `volatile.${nic.device}.host_name`,
    `veth${randomHex(state.random, 8)}`,
  ]);
  const failed = applyTemplates(state, instance);
  const { "volatile.apply_template": waiting, ...kept } = instance.config;
  const idmap = kept["volatile.idmap.next"];
  if (failed !== undefined) {
    instance.config = sortedMap({
      ...kept,
      ...(failed === waiting ? { "volatile.apply_template": waiting } : {}),
      ...(idmap === undefined ? {} : idmapKeys(state, idmap)),
      "volatile.last_state.power": "STOPPED",
      ...(state.flavour === "incus" ? { "volatile.last_state.ready": "false" } : {}),
    });
    if (state.flavour === "lxd") tellInstance(state, instance, "instance-shutdown", {});
    throw new OperationFailure(`Failed to run: ${forkStart(state, instance)}: exit status 1`);
  }
  instance.config = sortedMap({
    ...kept,
    ...(idmap === undefined ? {} : idmapKeys(state, idmap)),
    ...Object.fromEntries(hosts),
    "volatile.last_state.power": "RUNNING",
  });
  instance.lastUsedAt = wireTime(state.clock.now());
  switchOn(state, instance);
}

function nameOnDisk({ project, name }: InstanceRecord): string {
  return project === "default" ? name : `${project}_${name}`;
}

function rootfsPath(state: FakeState, instance: InstanceRecord): string {
  return `${state.directory}/storage-pools/${rootPool(state, instance)}/containers/${nameOnDisk(instance)}/rootfs`;
}

function forkStart({ directory, flavour }: FakeState, instance: InstanceRecord): string {
  const name = nameOnDisk(instance);
  const [program, folder] = flavour === "lxd" ? ["/usr/bin/lxd", "logs"] : ["/usr/libexec/incus/incusd", "run"];
  return `${program} forkstart ${name} ${directory}/containers ${directory}/${folder}/${name}/lxc.conf`;
}

/** LXD shifts the files of an instance itself and notes how; Incus has the kernel do it. */
function idmapKeys({ flavour }: FakeState, idmap: string): Readonly<Record<string, string>> {
  return { "volatile.idmap.current": idmap, ...(flavour === "lxd" ? { "volatile.last_state.idmap": idmap } : {}) };
}

function stop(state: FakeState, instance: InstanceRecord, options: StopOptions, caller: Caller): Promise<void> {
  // A forced stop joins a graceful one that is under way: measured.
  if (instance.busy !== "stop") checkIdle(instance, "stop");
  if (instance.power === undefined) throw new OperationFailure("The instance is already stopped", 400);
  instance.busy = "stop";
  return halt(state, instance, options)
    .then(() => {
      if (instance.ephemeral) removeInstance(state, instance, state.flavour === "incus" ? caller : undefined);
      tellInstance(state, instance, stopEvent(options), { caller });
    })
    .finally(() => (instance.busy = undefined));
}

function stopEvent({ force }: StopOptions): string {
  return force ? "instance-stopped" : "instance-shutdown";
}

/** Switches an instance off and waits until it is. */
export async function halt(state: FakeState, instance: InstanceRecord, options: StopOptions): Promise<void> {
  if (instance.frozen && !options.force) {
    // Nothing inside can react, so a graceful stop runs into its time limit; it thaws the instance first.
    instance.frozen = false;
    await pause(state.clock, Math.max(0, options.timeout) * 1000);
    const reason = state.flavour === "lxd" ? "shutting down the container failed" : "context deadline exceeded";
    throw new OperationFailure(`Failed shutting down instance, status is "Running": ${reason}`);
  }
  const running = state.running.get(instance);
  if (running === undefined) return;
  const { stopMs } = state.timings;
  state.clock.after(options.force ? stopMs / 10 : stopMs, () => running.switchOff());
  await running.off;
}

function restart(state: FakeState, instance: InstanceRecord, options: StopOptions, caller: Caller): Promise<void> {
  checkIdle(instance, "restart");
  if (instance.power === undefined) throw new OperationFailure("The instance is already stopped", 400);
  instance.busy = "restart";
  return halt(state, instance, options)
    .then(() => {
      // Those that stopping removes are stopped in a way of their own, which they survive.
      if (instance.ephemeral) tellInstance(state, instance, stopEvent(options), { caller });
      return boot(state, instance);
    })
    .then(() => tellInstance(state, instance, "instance-restarted", { caller }))
    .finally(() => (instance.busy = undefined));
}

function setFrozen(
  state: FakeState,
  instance: InstanceRecord,
  action: "freeze" | "unfreeze",
  caller: Caller,
): Promise<void> {
  const isFrozen = action === "freeze";
  if (instance.power === undefined) {
    const noun = state.flavour === "incus" && isFrozen ? "instance" : "container";
    throw new OperationFailure(`The ${noun} isn't running`);
  }
  if (instance.frozen === isFrozen) {
    throw new OperationFailure(`The container is already ${isFrozen ? "frozen" : "running"}`);
  }
  return Promise.resolve().then(() => {
    instance.frozen = isFrozen;
    tellInstance(state, instance, isFrozen ? "instance-paused" : "instance-resumed", { caller });
  });
}
