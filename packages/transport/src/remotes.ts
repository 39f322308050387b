import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Flavour, LxdkitError } from "@lxdkit/protocol";
import type { RemoteConfig, RemoteEntry } from "./remote-config.ts";

/** Options of {@link readRemotes}. */
export interface ReadRemotesOptions {
  /** Whose remotes: those of `lxc` or those of `incus`. */
  readonly flavour: Flavour;
  /**
   * The environment to read the folders from (`LXD_CONF`, `LXD_GLOBAL_CONF`, `HOME`, or `INCUS_CONF`,
   * `INCUS_GLOBAL_CONF`, `HOME`) and the default remote (`LXC_REMOTE` or `INCUS_REMOTE`): `process.env`.
   */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The user's home, instead of `HOME`. */
  readonly homeDirectory?: string | undefined;
  /** Ends the reading. */
  readonly signal?: AbortSignal | undefined;
}

/** A server that `lxc` or `incus` knows by name. */
export interface Remote {
  readonly name: string;
  /** `https://host:port`, `unix://` for the local server, or `unix:` and the path of its socket. */
  readonly address: string;
  /** `lxd`, `incus`, `simplestreams`, or whatever else stands in the file. */
  readonly protocol: string;
  /** `tls`, or a way to log in that needs a person: `candid`, `oidc`. */
  readonly authType: string;
  /** The project to work in; undefined for the server's default one. */
  readonly project: string | undefined;
  /** Everybody may read its images, and no certificate is shown to it. */
  readonly isPublic: boolean;
  /** It comes with the program and cannot be changed. */
  readonly isStatic: boolean;
  /** It is in the configuration for all users of this machine. */
  readonly isGlobal: boolean;
}

/** The remotes of a user. */
export interface Remotes {
  /** The user's folder: `config.yml`, `client.crt`, `servercerts/`. */
  readonly folder: string;
  /** The folder for all users of this machine. */
  readonly globalFolder: string;
  /** Name of the remote that is meant when none is named. It need not exist. */
  readonly defaultRemote: string;
  /** All of them, by name. */
  readonly list: readonly Remote[];
  /**
   * The remote of that name, or the default one.
   *
   * @throws {LxdkitError} `REMOTE_NOT_FOUND`, which names those that exist.
   */
  get(name?: string): Remote;
}

/**
 * Reads the remotes that a user of `lxc` or `incus` has: those in the user's `config.yml`, then those for all users,
 * and those that come with the program. Nothing is written.
 *
 * @throws {LxdkitError} `BAD_CONFIG`, `FILE_NOT_READ`; `CONFIG_FOLDER_UNKNOWN` when there is no home.
 */
export async function readRemotes(options: ReadRemotesOptions): Promise<Remotes> {
  const { flavour, environment, homeDirectory, signal } = options;
  signal?.throwIfAborted();
  // Read when they are needed: most programs name their server themselves.
  const [{ findConfigFolder }, { defaultRemotes, localRemote }] = await Promise.all([
    import("@lxdkit/certificates"),
    import("./default-remotes.ts"),
  ]);
  const home = homeDirectory === undefined ? {} : { HOME: homeDirectory };
  const folder = findConfigFolder({ flavour, environment: { ...environment, ...home } });
  const globalFolder =
    flavour === "lxd" ? environment["LXD_GLOBAL_CONF"] || "/etc/lxd" : environment["INCUS_GLOBAL_CONF"] || "/etc/incus";
  const [own, global] = await Promise.all([folder, globalFolder].map((path) => readConfig(path, signal)));
  const presets = defaultRemotes[flavour];
  const found = new Map<string, Remote>();
  const add = (remotes: Iterable<Remote>): void => {
    for (const remote of remotes) if (!found.has(remote.name)) found.set(remote.name, remote);
  };
  add(presets.filter(({ isStatic }) => isStatic).map((remote) => withProject(remote, own?.remotes.get(remote.name))));
  add(own === undefined ? presets : remotesOf(own, flavour, false));
  if (global !== undefined) add(remotesOf(global, flavour, true));
  const named = environment[flavour === "lxd" ? "LXC_REMOTE" : "INCUS_REMOTE"];
  const list = [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const defaultRemote = named || own?.defaultRemote || localRemote;
  return { folder, globalFolder, defaultRemote, list, get: (name = defaultRemote) => getRemote(found, name, folder) };
}

async function readConfig(folder: string, signal: AbortSignal | undefined): Promise<RemoteConfig | undefined> {
  const file = join(folder, "config.yml");
  let text: string;
  try {
    text = await readFile(file, { encoding: "utf8", signal });
  } catch (cause) {
    signal?.throwIfAborted();
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new LxdkitError(`${file} cannot be read (${code})`, { code: "FILE_NOT_READ", cause, address: file });
  }
  const { parseRemoteConfig } = await import("./remote-config.ts");
  return parseRemoteConfig(text, file);
}

function remotesOf({ remotes }: RemoteConfig, flavour: Flavour, isGlobal: boolean): Remote[] {
  return [...remotes].map(([name, entry]) => ({
    name,
    address: entry.addr,
    protocol: entry.protocol || flavour,
    authType: entry.auth_type || "tls",
    project: entry.project || undefined,
    isPublic: entry.public,
    isStatic: false,
    isGlobal,
  }));
}

function withProject(remote: Remote, entry: RemoteEntry | undefined): Remote {
  return { ...remote, project: entry?.project || undefined };
}

function getRemote(remotes: ReadonlyMap<string, Remote>, name: string, folder: string): Remote {
  const remote = remotes.get(name);
  if (remote !== undefined) return remote;
  throw new LxdkitError(`there is no remote ${JSON.stringify(name)}`, {
    code: "REMOTE_NOT_FOUND",
    address: folder,
    hint: `There are: ${[...remotes.keys()].sort().join(", ")}.`,
  });
}
