import { flavourTitle } from "@lxdkit/protocol";
import { type LiveBed, liveBeds } from "./lasting-bed.ts";
import type { Printer } from "./printer.ts";

/** Lists the beds of this machine, one line each. */
export function status(printer: Printer): number {
  const beds = liveBeds();
  if (beds.length === 0) printer.error("No test bed is open.");
  for (const bed of beds) printer.out(describe(bed));
  return 0;
}

function describe({ directory, opener, supervisor, record }: LiveBed): string {
  const pids = `opened by ${String(opener.pid)}, kept by ${String(supervisor?.pid ?? opener.pid)}`;
  if (record === undefined) return `${directory}: belongs to a running program; ${pids}`;
  const size = record.members === 1 ? "one server" : `cluster of ${String(record.members)}`;
  const title = `${flavourTitle(record.flavour)} ${record.version}, ${size}`;
  return `${directory}: ${title}; up since ${record.since}; ${pids}`;
}
