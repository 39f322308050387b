import { createHash } from "node:crypto";
import type { SnapdState } from "./snapd-state.ts";
import { type InstalledSnap, servicesOf, type StoreSnap } from "./snaps.ts";

const publisher = {
  id: "canonical",
  username: "canonical",
  "display-name": "Canonical",
  validation: "verified",
};

/** The id of a snap in the store: 32 letters and digits. */
function idOf(name: string): string {
  return createHash("sha256").update(name).digest("base64url").replaceAll(/[-_]/g, "x").slice(0, 32);
}

function commonView(snap: StoreSnap): Readonly<Record<string, unknown>> {
  const { name, type = "app", summary = name, confinement = "strict" } = snap;
  return {
    id: idOf(name),
    title: name,
    summary,
    description: summary,
    name,
    publisher,
    developer: publisher.username,
    type,
    ...(type === "app" ? { base: snap.base ?? "core22" } : {}),
    confinement,
    private: false,
  };
}

/** An element of `GET /v2/snaps`. */
export function installedView({ store }: SnapdState, installed: InstalledSnap): Readonly<Record<string, unknown>> {
  const snap = store.get(installed.name) ?? { name: installed.name, channels: {} };
  const { apps = [] } = snap;
  return {
    ...commonView(snap),
    "installed-size": 97_386_496,
    "install-date": installed.installedAt,
    status: installed.isEnabled ? "active" : "installed",
    version: installed.version,
    channel: installed.channel,
    "tracking-channel": installed.channel,
    "ignore-validation": false,
    revision: installed.revision,
    devmode: installed.isDevmode,
    jailmode: false,
    trymode: false,
    ...(apps.length === 0 ? {} : { apps: apps.map(({ name }) => appView(snap, installed, name)) }),
    "mounted-from": `/var/lib/snapd/snaps/${installed.name}_${installed.revision}.snap`,
    ...(installed.heldUntil === undefined ? {} : { hold: installed.heldUntil }),
  };
}

/** An element of `GET /v2/apps`. */
export function appView(
  snap: StoreSnap,
  { name: snapName, activeServices, enabledServices }: InstalledSnap,
  name: string,
): Readonly<Record<string, unknown>> {
  const daemon = snap.apps?.find((app) => app.name === name)?.daemon;
  if (daemon === undefined) return { snap: snapName, name };
  return {
    snap: snapName,
    name,
    daemon,
    "daemon-scope": "system",
    ...(enabledServices.includes(name) ? { enabled: true } : {}),
    ...(activeServices.includes(name) ? { active: true } : {}),
  };
}

/** An element of `GET /v2/find`. */
export function storeView(snap: StoreSnap): Readonly<Record<string, unknown>> {
  const stable = snap.channels["latest/stable"] ?? Object.values(snap.channels)[0];
  const { confinement = "strict" } = snap;
  const channels = Object.entries(snap.channels).map(([channel, { version, revision }]) => [
    channel,
    { revision, confinement, version, channel, epoch: { read: [0], write: [0] }, size: 95_000_000 },
  ]);
  return {
    ...commonView(snap),
    "download-size": 95_000_000,
    status: "available",
    version: stable?.version ?? "",
    channel: "stable",
    "ignore-validation": false,
    revision: stable?.revision ?? "",
    devmode: false,
    jailmode: false,
    trymode: false,
    tracks: [...new Set(Object.keys(snap.channels).map((channel) => channel.split("/")[0] ?? ""))],
    channels: Object.fromEntries(channels) as unknown,
  };
}

/** Names of the services of an installed snap. */
export function serviceNames({ store }: SnapdState, installed: InstalledSnap): readonly string[] {
  const snap = store.get(installed.name);
  return snap === undefined ? [] : servicesOf(snap);
}
