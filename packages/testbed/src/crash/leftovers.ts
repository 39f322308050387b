import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { execa } from "execa";
import { identifyProcess } from "../process-identity.ts";

/** The unit of /proc; the same on every architecture that Linux runs on today. */
const ticksPerSecond = 100;

/** What identifies a bed on the machine while it is open and after it is gone. */
export interface BedTrace {
  readonly directory: string;
  /** The kernel's names of the bed's namespaces, for example `net:[4026532261]`. */
  readonly namespaces: readonly string[];
  /** When the bed was looked at, in clock ticks since boot. */
  readonly ticks: number;
  /** Network interfaces outside of the bed when it was opened. */
  readonly interfaces: readonly string[];
}

/** Records what identifies an open bed. */
export function traceBed(directory: string): BedTrace {
  const own = new Set(namespacesOf("self"));
  const inside = processes().filter((pid) => belongsTo(pid, directory));
  const namespaces = new Set(inside.flatMap((pid) => namespacesOf(pid)).filter((name) => !own.has(name)));
  const seconds = Number(read("/proc/uptime").split(" ")[0]);
  return { directory, namespaces: [...namespaces], ticks: seconds * ticksPerSecond, interfaces: interfaces() };
}

/** Lists everything that is still there of a bed, in words; empty when nothing is. */
export async function leftovers(trace: BedTrace): Promise<readonly string[]> {
  const { directory } = trace;
  const found: string[] = [];
  if (existsSync(directory)) found.push(`folder ${directory}`);
  for (const pid of processes()) {
    if (belongsTo(pid, directory)) found.push(`process ${pid}: ${commandLine(pid)}`);
    // The kernel soon gives the number of a namespace to a new one, which later processes of others are in.
    const isOld = Number(identifyProcess(Number(pid))?.started) <= trace.ticks;
    const kept = isOld ? namespacesOf(pid).filter((name) => trace.namespaces.includes(name)) : [];
    if (kept.length > 0) found.push(`process ${pid} in ${kept.join(", ")}: ${commandLine(pid)}`);
    const mounts = read(`/proc/${pid}/mountinfo`).split("\n");
    found.push(...mounts.filter((line) => line.includes(directory)).map((line) => `mount of process ${pid}: ${line}`));
  }
  const { stdout } = await execa("find", ["/sys/fs/cgroup", "-name", `*${basename(directory)}*`], { reject: false });
  found.push(...stdout.split("\n").flatMap((path) => (path === "" ? [] : [`control group ${path}`])));
  for (const name of interfaces()) if (!trace.interfaces.includes(name)) found.push(`interface ${name}`);
  for (const device of list("/sys/block").filter((name) => name.startsWith("loop"))) {
    const file = read(join("/sys/block", device, "loop/backing_file")).trim();
    if (file.startsWith(directory)) found.push(`loop device ${device}: ${file}`);
  }
  return found;
}

/** A process belongs to a bed when it is in the bed's control groups, or was started with the bed's folder. */
function belongsTo(pid: string, directory: string): boolean {
  return read(`/proc/${pid}/cgroup`).includes(basename(directory)) || commandLine(pid).includes(directory);
}

function processes(): readonly string[] {
  return list("/proc").filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
}

function commandLine(pid: string): string {
  return read(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim();
}

function namespacesOf(pid: string): readonly string[] {
  const folder = `/proc/${pid}/ns`;
  return list(folder).flatMap((kind) => {
    try {
      return [readlinkSync(join(folder, kind))];
    } catch {
      return [];
    }
  });
}

function interfaces(): readonly string[] {
  return list("/sys/class/net");
}

/** Files of other processes come and go while they are read. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
