import { LxdkitError } from "@lxdkit/protocol";
import { parseAllDocuments } from "yaml";

/** A remote as it stands in `config.yml`; what is not there is empty or false. */
export interface RemoteEntry {
  readonly addr: string;
  readonly auth_type: string;
  readonly project: string;
  readonly protocol: string;
  readonly public: boolean;
}

/** What `config.yml` says about remotes; aliases and the like are left alone. */
export interface RemoteConfig {
  /** Empty when the file names none. */
  readonly defaultRemote: string;
  readonly remotes: ReadonlyMap<string, RemoteEntry>;
}

/** The words of YAML 1.1, which the programs read. */
const booleans: ReadonlyMap<string, boolean> = new Map([
  ...["y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE"].map((word) => [word, true] as const),
  ...["n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE"].map((word) => [word, false] as const),
]);

/**
 * Reads a `config.yml` of `lxc` or `incus`.
 *
 * @param file - Its path, for errors.
 * @throws {LxdkitError} `BAD_CONFIG`.
 */
export function parseRemoteConfig(text: string, file: string): RemoteConfig {
  const config = readMap(readYaml(text, file), "the file", file);
  const remotes = readMap(config.get("remotes"), "remotes", file);
  return {
    defaultRemote: readText(config, "default-remote", "default-remote", file),
    remotes: new Map(
      [...remotes].map(([name, entry]) => [name, readEntry(readMap(entry, `remotes.${name}`, file), name, file)]),
    ),
  };
}

function readEntry(entry: ReadonlyMap<string, unknown>, name: string, file: string): RemoteEntry {
  const text = (key: string): string => readText(entry, key, `remotes.${name}.${key}`, file);
  const isPublic = text("public");
  const known = isPublic === "" ? false : booleans.get(isPublic);
  if (known === undefined) throw bad(file, `remotes.${name}.public is neither true nor false`);
  return {
    addr: text("addr"),
    auth_type: text("auth_type"),
    project: text("project"),
    protocol: text("protocol"),
    public: known,
  };
}

/**
 * Every value is text or nothing, as it was written: the programs take `project: 1.0` for text, too. Of keys that stand
 * there twice the last one counts, and of several documents the first.
 */
function readYaml(text: string, file: string): unknown {
  let document;
  try {
    [document] = parseAllDocuments(text, {
      schema: "failsafe",
      customTags: ["null"],
      merge: true,
      uniqueKeys: false,
      logLevel: "error",
    });
    // An alias without anchor, or one that stands for too much, shows only here.
    if (document?.errors.length === 0) return document.toJS({ mapAsMap: true }) as unknown;
  } catch (cause) {
    throw bad(file, "it is not YAML", cause);
  }
  const [cause] = document?.errors ?? [];
  // Below its first line the message shows the text around, which is nobody's business.
  if (cause !== undefined) throw bad(file, `it is not YAML: ${(cause.message.split("\n")[0] ?? "").replace(/:$/, "")}`);
  return undefined;
}

function readMap(value: unknown, where: string, file: string): ReadonlyMap<string, unknown> {
  if (value === undefined || value === null) return new Map();
  if (!(value instanceof Map)) throw bad(file, `${where} is no mapping`);
  return new Map(
    [...(value as ReadonlyMap<unknown, unknown>)].map(([key, entry]) => {
      if (key !== null && typeof key !== "string") throw bad(file, `${where} has a key that is no text`);
      return [key ?? "", entry];
    }),
  );
}

function readText(map: ReadonlyMap<string, unknown>, key: string, where: string, file: string): string {
  const value = map.get(key) ?? "";
  if (typeof value !== "string") throw bad(file, `${where} is no text`);
  return value;
}

function bad(file: string, reason: string, cause?: unknown): LxdkitError {
  return new LxdkitError(`${file} cannot be read: ${reason}`, { code: "BAD_CONFIG", address: file, cause });
}
