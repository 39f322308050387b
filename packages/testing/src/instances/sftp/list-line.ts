import type { FileStat } from "../files/file-tree.ts";

const letters = { file: "-", directory: "d", symlink: "l", device: "c" } as const;
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A file as `ls -l` shows it. */
export function listLine(name: string, { type, mode, uid, gid, sizeBytes, modifiedAt }: FileStat): string {
  const bits = ["r", "w", "x", "r", "w", "x", "r", "w", "x"];
  const rights = bits.map((letter, at) => ((mode & (1 << (8 - at))) === 0 ? "-" : letter)).join("");
  const who = (id: number): string => (id === 0 ? "root" : String(id)).padEnd(8);
  const time = new Date(modifiedAt);
  const day = String(time.getUTCDate()).padStart(2);
  const clock = time.toISOString().slice(11, 16);
  const links = type === "directory" ? "2" : "1";
  const size = String(sizeBytes).padStart(8);
  const date = `${months[time.getUTCMonth()] ?? ""} ${day} ${clock}`;
  return `${letters[type]}${rights} ${links.padStart(4)} ${who(uid)} ${who(gid)} ${size} ${date} ${name}`;
}
