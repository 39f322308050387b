import { readRemotes } from "@lxdkit/transport";
import { remoteFolder } from "../remotes/remote-folder.ts";
import { openRemoteStore } from "../remotes/remote-store.ts";

/** Options of `lxdkit remote list`. */
export interface ListRemotesOptions {
  readonly format: "table" | "json";
}

/** One line of the list. */
interface ListedRemote {
  /** What `--remote` takes. */
  readonly name: string;
  readonly address: string;
  readonly protocol: string;
  readonly project: string | null;
  /** The program that added it: `lxdkit`, `lxc` or `incus`. */
  readonly program: string;
}

/** Prints the servers that are known by name. */
export async function listRemotes({ format }: ListRemotesOptions, signal: AbortSignal): Promise<void> {
  const remotes = [
    ...(await ownRemotes()),
    ...(await foreignRemotes("lxc", signal)),
    ...(await foreignRemotes("incus", signal)),
  ];
  if (format === "json") {
    process.stdout.write(`${JSON.stringify(remotes)}\n`);
    return;
  }
  const { formatTable } = await import("../output/table.ts");
  const rows = remotes.map(({ name, address, protocol, project, program }) => [
    name,
    address,
    protocol,
    project ?? "",
    program,
  ]);
  process.stdout.write(formatTable(["NAME", "ADDRESS", "PROTOCOL", "PROJECT", "ADDED BY"], rows));
}

async function ownRemotes(): Promise<ListedRemote[]> {
  const stored = await openRemoteStore(remoteFolder(process.env)).list();
  return [...stored].map(([name, { address, project = null }]) => ({
    name,
    address,
    protocol: "lxd, incus",
    project,
    program: "lxdkit",
  }));
}

async function foreignRemotes(program: "lxc" | "incus", signal: AbortSignal): Promise<ListedRemote[]> {
  const flavour = program === "lxc" ? "lxd" : "incus";
  const { list } = await readRemotes({ flavour, environment: process.env, signal });
  return list.map(({ name, address, protocol, project = null }) => ({
    name: `${program}:${name}`,
    address,
    protocol,
    project,
    program,
  }));
}
