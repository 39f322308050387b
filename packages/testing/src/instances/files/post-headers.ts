import { headerPrefix } from "@lxdkit/protocol";
import type { InstanceRecord } from "../../core/records.ts";
import { Refusal } from "../../core/refusal.ts";
import type { ApiRequest } from "../../core/router.ts";
import { FileTreeError } from "./file-tree-error.ts";

/** What the headers of a `POST` want. */
export interface PostHeaders {
  readonly type: "file" | "symlink" | "directory";
  readonly isAppended: boolean;
  readonly uid: number;
  readonly gid: number;
  /** Undefined when they do not say, or in a way that no server understands. */
  readonly mode: number | undefined;
}

/** Reads the headers of a `POST`; 400 for a type or a way to write that does not exist. */
export function postHeaders({ state, headers }: ApiRequest): PostHeaders {
  const header = (name: string): string => String(headers[`${headerPrefix(state.flavour)}${name}`.toLowerCase()] ?? "");
  const type = header("type") || "file";
  const write = header("write") || "overwrite";
  if (write !== "overwrite" && write !== "append") throw new Refusal(400, `Bad file write mode: ${write}`);
  if (type !== "file" && type !== "symlink" && type !== "directory") throw new Refusal(400, `Bad file type: ${type}`);
  const ids = { uid: idOf(header("uid")), gid: idOf(header("gid")) };
  return { type, isAppended: write === "append", ...ids, mode: modeOf(header("mode")) };
}

/** What is no number, or a negative one, means root; of larger numbers the servers keep the lower 32 bits. */
function idOf(text: string): number {
  const id = /^[+-]?\d+$/.test(text) ? Number(text) : 0;
  return id < 0 ? 0 : id % 2 ** 32;
}

/** With a zero at its start it is octal, else decimal; the special bits are dropped. Measured on both families. */
function modeOf(text: string): number | undefined {
  const [, sign = "", digits = ""] = /^([+-]?)(0[0-7]*|[1-9]\d*)$/.exec(text) ?? [];
  if (digits === "") return undefined;
  const value = Number.parseInt(digits, digits.startsWith("0") ? 8 : 10);
  return (sign === "-" ? -value : value) & 0o777;
}

const nobody = 2 ** 32 - 1;
const largestId = 10_000_000;

/** The owner to set. The kernel refuses ids that an instance does not have while it runs; the last id leaves it alone. */
export function checkOwner(
  { uid, gid }: Pick<PostHeaders, "uid" | "gid">,
  instance: InstanceRecord,
): { readonly uid: number; readonly gid: number } {
  const set = (id: number): number => {
    if (id === nobody) return 0;
    if (id > largestId && instance.power !== undefined) throw new FileTreeError("EINVAL");
    return id;
  };
  return { uid: set(uid), gid: set(gid) };
}
