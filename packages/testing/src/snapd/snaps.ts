/** A revision of a snap in a channel of the store. */
export interface SnapRevision {
  readonly version: string;
  readonly revision: string;
}

/** A command or a service of a snap. */
export interface SnapApp {
  readonly name: string;
  /** `simple`, `forking` and so on for a service; undefined for a plain command. */
  readonly daemon?: string;
}

/** A snap of the fake store. */
export interface StoreSnap {
  readonly name: string;
  /** What each channel holds, by full name such as `5.0/stable`. */
  readonly channels: Readonly<Record<string, SnapRevision>>;
  /** `app` by default. */
  readonly type?: string;
  /** The snap below it; `core22` by default, none for other types than `app`. */
  readonly base?: string;
  /** `strict` by default. */
  readonly confinement?: "strict" | "classic" | "devmode";
  readonly summary?: string;
  readonly apps?: readonly SnapApp[];
}

/** A snap that is installed. */
export interface InstalledSnap extends SnapRevision {
  readonly name: string;
  /** The channel that it follows, for example `latest/stable`. */
  readonly channel: string;
  /** RFC 3339. */
  readonly installedAt: string;
  readonly isEnabled: boolean;
  readonly isDevmode: boolean;
  readonly isClassic: boolean;
  /** Until when its refreshes are held (RFC 3339); undefined when they are not. */
  readonly heldUntil: string | undefined;
  /** Names of the services that run, and of those that start by themselves. */
  readonly activeServices: readonly string[];
  readonly enabledServices: readonly string[];
  /** Its configuration, by key with dots. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** The snap of LXD with its bases, as a store has them. */
export const lxdSnaps: readonly StoreSnap[] = [
  {
    name: "lxd",
    summary: "LXD - container and VM manager",
    channels: {
      "latest/stable": { version: "6.1-78a3d8f", revision: "30130" },
      "latest/candidate": { version: "6.1-c14927a", revision: "30256" },
      "latest/edge": { version: "git-f1ce2ab", revision: "30401" },
      "5.21/stable": { version: "5.21.2-34459c8", revision: "29568" },
      "5.0/stable": { version: "5.0.3-9a1d904", revision: "27428" },
      "5.0/candidate": { version: "5.0.3-80aeff7", revision: "29351" },
      "4.0/stable": { version: "4.0.9-a29c6f1", revision: "24061" },
    },
    apps: [
      { name: "activate", daemon: "oneshot" },
      { name: "daemon", daemon: "simple" },
      { name: "user-daemon", daemon: "simple" },
      { name: "lxc" },
      { name: "lxd" },
      { name: "buginfo" },
      { name: "benchmark" },
      { name: "check-kernel" },
      { name: "lxc-to-lxd" },
      { name: "migrate" },
    ],
  },
  { name: "core22", type: "base", channels: { "latest/stable": { version: "20240904", revision: "1621" } } },
  { name: "core20", type: "base", channels: { "latest/stable": { version: "20240705", revision: "2379" } } },
  { name: "snapd", type: "snapd", channels: { "latest/stable": { version: "2.63", revision: "21759" } } },
];

const risks = ["edge", "beta", "candidate", "stable"];

/** The full name of a channel: `stable` is `latest/stable`, `5.0` is `5.0/stable`. */
export function fullChannel(channel: string): string {
  const [first = "", ...rest] = channel.split("/");
  if (first === "") return "latest/stable";
  if (risks.includes(first)) return ["latest", first, ...rest].join("/");
  return rest.length === 0 ? `${first}/stable` : channel;
}

/** What a channel holds; one that is closed holds what the next more stable one does. */
export function revisionIn({ channels }: StoreSnap, channel: string): SnapRevision | undefined {
  const [track = "", risk = ""] = channel.split("/");
  const from = risks.indexOf(risk);
  if (from === -1) return undefined;
  const open = risks.slice(from).find((name) => channels[`${track}/${name}`] !== undefined);
  return channels[`${track}/${open ?? ""}`];
}

/** The services of a snap. */
export function servicesOf({ apps = [] }: StoreSnap): readonly string[] {
  return apps.filter(({ daemon }) => daemon !== undefined).map(({ name }) => name);
}
