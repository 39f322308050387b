import type { ChangePlan, TaskPlan } from "./changes.ts";
import { rfc3339 } from "./rfc3339.ts";
import { serviceNames } from "./snap-views.ts";
import { SnapdRefusal } from "./snapd-error.ts";
import type { SnapdState } from "./snapd-state.ts";
import { fullChannel, type InstalledSnap, revisionIn, type SnapRevision, servicesOf, type StoreSnap } from "./snaps.ts";

/** What a client sends to change a snap. */
export interface SnapInstruction {
  readonly action: string;
  readonly channel: string;
  readonly revision: string;
  readonly classic: boolean;
  readonly devmode: boolean;
  /** Of `hold`: `forever` or an RFC 3339 time. */
  readonly time: string;
}

type Action = (state: SnapdState, name: string, instruction: SnapInstruction) => ChangePlan;

/** What may be done with a snap; each checks first and gives the change to start. */
export const snapActions: Readonly<Partial<Record<string, Action>>> = {
  install,
  refresh,
  remove,
  switch: switchChannel,
  enable: (state, name) => setEnabled(state, name, true),
  disable: (state, name) => setEnabled(state, name, false),
  hold: (state, name, { time }) => hold(state, name, time),
  unhold: (state, name) => hold(state, name, undefined),
};

/** Refuses what meets another change of the same snap. */
function checkConflict({ changes }: SnapdState, name: string): void {
  const other = changes.list().find((change) => !change.isReady() && change.snaps.includes(name));
  if (other === undefined) return;
  const message = `snap "${name}" has "${other.kind}" change in progress`;
  throw new SnapdRefusal(409, message, "snap-change-conflict", { "change-kind": other.kind, "snap-name": name });
}

function install(state: SnapdState, name: string, instruction: SnapInstruction): ChangePlan {
  if (state.installed.has(name)) {
    const message = `snap "${name}" is already installed, see 'snap help refresh'`;
    throw new SnapdRefusal(400, message, "snap-already-installed", name);
  }
  const snap = inStore(state, name);
  const channel = checkedChannel(instruction.channel);
  const chosen = revisionOf(snap, channel, instruction, "install");
  const { confinement = "strict" } = snap;
  if (confinement === "classic" && !instruction.classic) {
    const message = `snap "${name}" requires classic confinement`;
    throw new SnapdRefusal(400, message, "snap-needs-classic", name);
  }
  if (confinement === "devmode" && !instruction.devmode) {
    const message = `snap "${name}" requires devmode or confinement override`;
    throw new SnapdRefusal(400, message, "snap-needs-devmode", name);
  }
  checkConflict(state, name);
  return {
    kind: "install-snap",
    summary: `Install "${name}" snap from "${channel}" channel`,
    snaps: [name],
    tasks: linkTasks(name, chosen, channel, "install"),
    done() {
      const base = state.store.get(snap.base ?? "core22");
      // A snap brings what it stands on.
      if ((snap.type ?? "app") === "app" && base !== undefined && !state.installed.has(base.name)) {
        const found = revisionIn(base, "latest/stable");
        if (found !== undefined) state.installed.set(base.name, installedSnap(state, base, "latest/stable", found));
      }
      const { devmode, classic } = instruction;
      state.installed.set(name, {
        ...installedSnap(state, snap, channel, chosen),
        isDevmode: devmode,
        isClassic: classic,
      });
    },
  };
}

/** The record of a snap that was just installed. */
export function installedSnap(
  { clock }: Pick<SnapdState, "clock">,
  snap: StoreSnap,
  channel: string,
  { version, revision }: SnapRevision,
): InstalledSnap {
  const services = servicesOf(snap);
  return {
    name: snap.name,
    version,
    revision,
    channel,
    installedAt: rfc3339(clock.now()),
    isEnabled: true,
    isDevmode: false,
    isClassic: false,
    heldUntil: undefined,
    activeServices: services,
    enabledServices: services,
    config: {},
  };
}

function refresh(state: SnapdState, name: string, instruction: SnapInstruction): ChangePlan {
  const installed = requireInstalled(state, name);
  const snap = inStore(state, name);
  const channel = instruction.channel === "" ? installed.channel : checkedChannel(instruction.channel);
  const chosen = revisionOf(snap, channel, instruction, "refresh");
  if (chosen.revision === installed.revision && channel === installed.channel) {
    throw new SnapdRefusal(400, `snap "${name}" has no updates available`, "snap-no-update-available", name);
  }
  checkConflict(state, name);
  return {
    kind: "refresh-snap",
    summary: instruction.channel === "" ? `Refresh "${name}" snap` : `Refresh "${name}" snap from "${channel}" channel`,
    snaps: [name],
    tasks: linkTasks(name, chosen, channel, "refresh"),
    done() {
      const now = state.installed.get(name) ?? installed;
      state.installed.set(name, { ...now, ...chosen, channel, installedAt: rfc3339(state.clock.now()) });
    },
  };
}

function remove(state: SnapdState, name: string): ChangePlan {
  requireInstalled(state, name);
  const user = [...state.installed.values()].find(
    (other) => other.name !== name && (state.store.get(other.name)?.base ?? "core22") === name && isApp(state, other),
  );
  if (user !== undefined) {
    throw new SnapdRefusal(
      400,
      `cannot remove "${name}": snap "${name}" is not removable: snap is being used by snap ${user.name}.`,
    );
  }
  checkConflict(state, name);
  return {
    kind: "remove-snap",
    summary: `Remove "${name}" snap`,
    snaps: [name],
    tasks: [
      { kind: "stop-snap-services", summary: `Stop snap "${name}" services` },
      { kind: "run-hook", summary: `Run remove hook of "${name}" snap if present` },
      { kind: "unlink-snap", summary: `Make snap "${name}" unavailable to the system` },
      { kind: "remove-profiles", summary: `Remove security profiles of snap "${name}"` },
      { kind: "clear-snap", summary: `Remove data for snap "${name}"` },
      { kind: "discard-snap", summary: `Remove snap "${name}" from the system` },
    ],
    done: () => void state.installed.delete(name),
  };
}

function isApp({ store }: SnapdState, { name }: InstalledSnap): boolean {
  return (store.get(name)?.type ?? "app") === "app";
}

function switchChannel(state: SnapdState, name: string, instruction: SnapInstruction): ChangePlan {
  requireInstalled(state, name);
  if (instruction.channel === "") throw new SnapdRefusal(400, "cannot switch without a channel");
  const channel = checkedChannel(instruction.channel);
  checkConflict(state, name);
  const summary = `Switch "${name}" snap to channel "${channel}"`;
  return simpleChange(state, name, { kind: "switch-snap", summary, task: "switch-snap" }, { channel });
}

function setEnabled(state: SnapdState, name: string, isEnabled: boolean): ChangePlan {
  const installed = requireInstalled(state, name);
  const word = isEnabled ? "enable" : "disable";
  if (installed.isEnabled === isEnabled)
    throw new SnapdRefusal(400, `cannot ${word} "${name}": snap "${name}" already ${word}d`);
  checkConflict(state, name);
  const summary = `${isEnabled ? "Enable" : "Disable"} "${name}" snap`;
  const activeServices = isEnabled ? installed.enabledServices : [];
  return simpleChange(state, name, { kind: `${word}-snap`, summary, task: "link-snap" }, { isEnabled, activeServices });
}

function hold(state: SnapdState, name: string, time: string | undefined): ChangePlan {
  requireInstalled(state, name);
  if (time === "") throw new SnapdRefusal(400, `hold action requires a non-empty "time" value`);
  if (time !== undefined && time !== "forever" && Number.isNaN(Date.parse(time))) {
    throw new SnapdRefusal(400, `hold time must be "forever" or RFC3339 time: ${time}`);
  }
  checkConflict(state, name);
  const word = time === undefined ? "unhold" : "hold";
  const summary = `${time === undefined ? "Remove refresh hold on" : "Hold general refreshes for"} "${name}"`;
  // Snapd keeps "forever" as a time that is far away.
  const heldUntil = time === "forever" ? "2315-01-01T00:00:00Z" : time;
  return simpleChange(state, name, { kind: `${word}-snap`, summary, task: `${word}-snap` }, { heldUntil });
}

function simpleChange(
  { installed }: SnapdState,
  name: string,
  { kind, summary, task }: { readonly kind: string; readonly summary: string; readonly task: string },
  change: Partial<InstalledSnap>,
): ChangePlan {
  return {
    kind,
    summary,
    snaps: [name],
    tasks: [{ kind: task, summary }],
    done() {
      const now = installed.get(name);
      if (now !== undefined) installed.set(name, { ...now, ...change });
    },
  };
}

function inStore({ store }: SnapdState, name: string): StoreSnap {
  const snap = store.get(name);
  if (snap === undefined) throw new SnapdRefusal(404, `snap "${name}" not found`, "snap-not-found", name);
  return snap;
}

/** The snap with that name; 400 as snapd gives to changes of what is not there. */
export function requireInstalled({ installed }: SnapdState, name: string): InstalledSnap {
  const found = installed.get(name);
  if (found === undefined) throw new SnapdRefusal(400, `snap "${name}" is not installed`, "snap-not-installed", name);
  return found;
}

function checkedChannel(channel: string): string {
  const parts = channel.split("/");
  if (parts.length > 3) throw new SnapdRefusal(400, `channel name has too many components: ${channel}`);
  return fullChannel(channel);
}

function revisionOf(snap: StoreSnap, channel: string, { revision }: SnapInstruction, action: string): SnapRevision {
  const found =
    revision === "" ? revisionIn(snap, channel) : Object.values(snap.channels).find((one) => one.revision === revision);
  if (found !== undefined) return found;
  if (revision !== "") {
    throw new SnapdRefusal(404, "no snap revision available as specified", "snap-revision-not-available", snap.name);
  }
  const releases = Object.keys(snap.channels).map((name) => ({ architecture: "amd64", channel: name }));
  throw new SnapdRefusal(404, "no snap revision on specified channel", "snap-channel-not-available", {
    "snap-name": snap.name,
    action,
    architecture: "amd64",
    channel,
    releases,
  });
}

function linkTasks(
  name: string,
  { revision }: SnapRevision,
  channel: string,
  verb: "install" | "refresh",
): readonly TaskPlan[] {
  const what = `"${name}" (${revision})`;
  return [
    { kind: "prerequisites", summary: `Ensure prerequisites for "${name}" are available` },
    { kind: "download-snap", summary: `Download snap ${what} from channel "${channel}"` },
    { kind: "validate-snap", summary: `Fetch and check assertions for snap ${what}` },
    { kind: "mount-snap", summary: `Mount snap ${what}` },
    ...(verb === "refresh" ? [{ kind: "stop-snap-services", summary: `Stop snap "${name}" services` }] : []),
    { kind: "copy-snap-data", summary: `Copy snap "${name}" data` },
    { kind: "setup-profiles", summary: `Setup snap ${what} security profiles` },
    { kind: "link-snap", summary: `Make snap ${what} available to the system` },
    { kind: "auto-connect", summary: `Automatically connect eligible plugs and slots of snap "${name}"` },
    { kind: "start-snap-services", summary: `Start snap ${what} services` },
    { kind: "run-hook", summary: `Run configure hook of "${name}" snap if present` },
  ];
}

/** The change that starts, stops or restarts services; `names` are snaps or `snap.service`. */
export function serviceChange(
  state: SnapdState,
  names: readonly string[],
  { action, isLasting }: { readonly action: string; readonly isLasting: boolean },
): ChangePlan {
  const wanted = names.map((full) => {
    const [name = "", service] = full.split(".");
    const installed = state.installed.get(name);
    if (installed === undefined) throw new SnapdRefusal(404, `snap "${name}" not found`, "snap-not-found", name);
    const services = serviceNames(state, installed);
    if (service !== undefined && !services.includes(service)) {
      throw new SnapdRefusal(404, `snap "${name}" has no service "${service}"`, "app-not-found", full);
    }
    checkConflict(state, name);
    return { name, services: service === undefined ? services : [service] };
  });
  return {
    kind: "service-control",
    summary: "Running service command",
    snaps: [...new Set(wanted.map(({ name }) => name))],
    tasks: wanted.map(({ name, services }) => ({
      kind: "service-control",
      summary: `Run service command "${action}" for services ${JSON.stringify(services)} of snap "${name}"`,
    })),
    done() {
      for (const { name, services } of wanted) {
        const now = state.installed.get(name);
        if (now === undefined) continue;
        const change = (before: readonly string[]): readonly string[] => {
          const others = before.filter((service) => !services.includes(service));
          return action === "stop" ? others : [...others, ...services];
        };
        const enabledServices = isLasting ? change(now.enabledServices) : now.enabledServices;
        state.installed.set(name, { ...now, activeServices: change(now.activeServices), enabledServices });
      }
    },
  };
}
