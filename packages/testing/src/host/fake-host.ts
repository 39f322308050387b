import type { NetworkInterfaceInfo } from "node:os";
import { posix } from "node:path";
import { type FakeInterface, interfaceInfos } from "./interfaces.ts";
import { systemError, type SystemErrorCode } from "./system-error.ts";

/** A route of a fake host. */
export interface FakeRoute {
  /** `default`, or a subnet as `10.1.2.0/24`. */
  readonly to: string;
  /** Name of the interface. */
  readonly dev: string;
  /** Address of the gateway; none by default. */
  readonly via?: string;
}

/** What a fake host has from the start. */
export interface FakeHostOptions {
  /** Absolute path to content. The folders above them exist too. */
  readonly files?: Readonly<Record<string, string>>;
  /** Absolute paths of empty folders. */
  readonly folders?: readonly string[];
  /** Paths that answer every call with that error, for example `EACCES`; it holds for what is below them too. */
  readonly failing?: Readonly<Record<string, SystemErrorCode>>;
  /** Its network interfaces by name; `lo` alone by default. */
  readonly interfaces?: Readonly<Record<string, FakeInterface>>;
  readonly routes?: readonly FakeRoute[];
  /** Whether it is a container itself; false by default. */
  readonly isContainer?: boolean;
}

/** A host in memory: its files, its interfaces and its routes. Errors are those of Node. */
export interface FakeHost {
  readFile(path: string): Promise<string>;
  /** Writes a file into a folder that is there. */
  writeFile(path: string, content: string): Promise<void>;
  /** Adds text to the end of a file, which is made when it is missing. */
  appendFile(path: string, content: string): Promise<void>;
  /** Names in a folder, sorted. */
  readFolder(path: string): Promise<readonly string[]>;
  /** Makes a folder with those above it. */
  makeFolder(path: string): Promise<void>;
  /** Removes a file, or a folder with all that is in it; does nothing when there is none. */
  remove(path: string): Promise<void>;
  /** Whether a path is there; one that may not be looked at is not. */
  exists(path: string): Promise<boolean>;
  /** The interfaces in the form of `os.networkInterfaces()`. */
  networkInterfaces(): Readonly<Record<string, NetworkInterfaceInfo[]>>;
  /** The addresses of an interface with their prefix lengths; none of one that is missing. */
  addressesOf(name: string): readonly string[];
  routes(): readonly FakeRoute[];
  isContainer(): boolean;
  /** Adds or replaces an interface, or removes it with undefined. */
  setInterface(name: string, to: FakeInterface | undefined): void;
  /** Lets a path, and what is below it, fail from now on; undefined lets it work again. */
  setFailure(path: string, code: SystemErrorCode | undefined): void;
  /** All files with their content, by path. */
  files(): Readonly<Record<string, string>>;
  /** Every call on a path so far, as `read /etc/hostname`, the oldest first. */
  readonly calls: readonly string[];
}

const loopback: FakeInterface = { mac: "00:00:00:00:00:00", addresses: ["127.0.0.1/8", "::1/128"], isInternal: true };

/** Makes a {@link FakeHost}. */
export function createFakeHost(options: FakeHostOptions = {}): FakeHost {
  const files = new Map<string, string>();
  const folders = new Set<string>(["/"]);
  const failing = new Map(Object.entries(options.failing ?? {}));
  const interfaces = new Map<string, FakeInterface>(Object.entries(options.interfaces ?? { lo: loopback }));
  const calls: string[] = [];

  const addFolders = (path: string): void => {
    for (let at = path; at !== "/"; at = posix.dirname(at)) folders.add(at);
  };
  for (const [path, content] of Object.entries(options.files ?? {})) {
    files.set(absolute(path), content);
    addFolders(posix.dirname(absolute(path)));
  }
  for (const path of options.folders ?? []) addFolders(absolute(path));

  /** Notes the call, and gives the path, unless it fails. */
  const enter = (verb: string, syscall: string, given: string): string => {
    const path = absolute(given);
    calls.push(`${verb} ${path}`);
    for (let at = path; ; at = posix.dirname(at)) {
      const code = failing.get(at);
      if (code !== undefined) throw systemError(code, { syscall, path });
      if (files.has(at) && at !== path) throw systemError("ENOTDIR", { syscall, path });
      if (at === "/") return path;
    }
  };
  const write = (path: string, content: string): void => {
    if (folders.has(path)) throw systemError("EISDIR", { syscall: "open", path });
    if (!folders.has(posix.dirname(path))) throw systemError("ENOENT", { syscall: "open", path });
    files.set(path, content);
  };

  const calling = <T>(work: () => T): Promise<T> => new Promise((resolve) => resolve(work()));
  return {
    calls,
    readFile: (given) =>
      calling(() => {
        const path = enter("read", "open", given);
        if (folders.has(path)) throw systemError("EISDIR", { syscall: "read", path });
        const content = files.get(path);
        if (content === undefined) throw systemError("ENOENT", { syscall: "open", path });
        return content;
      }),
    writeFile: (given, content) => calling(() => write(enter("write", "open", given), content)),
    appendFile: (given, content) =>
      calling(() => {
        const path = enter("append", "open", given);
        write(path, `${files.get(path) ?? ""}${content}`);
      }),
    readFolder: (given) =>
      calling(() => {
        const path = enter("list", "scandir", given);
        if (files.has(path)) throw systemError("ENOTDIR", { syscall: "scandir", path });
        if (!folders.has(path)) throw systemError("ENOENT", { syscall: "scandir", path });
        return [...files.keys(), ...folders]
          .filter((other) => other !== "/" && posix.dirname(other) === path)
          .map((other) => posix.basename(other))
          .sort();
      }),
    makeFolder: (given) =>
      calling(() => {
        const path = enter("mkdir", "mkdir", given);
        if (files.has(path)) throw systemError("EEXIST", { syscall: "mkdir", path });
        addFolders(path);
      }),
    remove: (given) =>
      calling(() => {
        const path = enter("remove", "rm", given);
        for (const other of [...files.keys(), ...folders]) {
          if (other !== path && !other.startsWith(path === "/" ? "/" : `${path}/`)) continue;
          files.delete(other);
          folders.delete(other);
        }
        folders.add("/");
      }),
    exists: (given) =>
      calling(() => {
        try {
          const path = enter("stat", "stat", given);
          return files.has(path) || folders.has(path);
        } catch {
          return false;
        }
      }),
    networkInterfaces: () =>
      Object.fromEntries([...interfaces].map(([name, one]) => [name, [...interfaceInfos(one)]] as const)),
    addressesOf: (name) => interfaces.get(name)?.addresses ?? [],
    routes: () => options.routes ?? [],
    isContainer: () => options.isContainer ?? false,
    setInterface(name, to) {
      if (to === undefined) interfaces.delete(name);
      else interfaces.set(name, to);
    },
    setFailure(path, code) {
      if (code === undefined) failing.delete(absolute(path));
      else failing.set(absolute(path), code);
    },
    files: () => Object.fromEntries([...files].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function absolute(path: string): string {
  return posix.resolve("/", path);
}
