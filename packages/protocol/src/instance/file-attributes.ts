import { type Flavour, headerPrefix } from "../flavour.ts";

/** What kind of file it is. */
export type FileType = "file" | "directory" | "symlink";

/** What the server says about a file in an instance; fields that it does not send are missing. */
export interface FileAttributes {
  readonly type: FileType;
  readonly uid?: number;
  readonly gid?: number;
  /** Permission bits. */
  readonly mode?: number;
  /** Go's text of the time, for example `2023-01-02 15:04:05 +0000 UTC`. */
  readonly modified?: string;
}

/** What a client asks for when it writes a file. Owner and mode count only for new files. */
export interface FileWriteAttributes {
  /** Default `file`. */
  readonly type?: FileType;
  readonly uid?: number;
  readonly gid?: number;
  /** Permission bits. */
  readonly mode?: number;
  /** Default `overwrite`. */
  readonly write?: "overwrite" | "append";
}

/** Headers by lower-case name, as Node gives them. */
export type HeaderMap = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Reads the answer's headers of `GET` and `HEAD /1.0/instances/{name}/files`. Values that cannot be read are left out. */
export function readFileAttributes(headers: HeaderMap, flavour: Flavour): FileAttributes {
  const prefix = headerPrefix(flavour).toLowerCase();
  const value = (name: string): string | undefined => {
    const header = headers[prefix + name];
    return typeof header === "string" ? header : header?.[0];
  };
  const type = value("type");
  const [uid, gid] = [whole(value("uid"), 10), whole(value("gid"), 10)];
  const mode = whole(value("mode"), 8);
  const modified = value("modified");
  return {
    type: type === "directory" || type === "symlink" ? type : "file",
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
    ...(mode === undefined ? {} : { mode }),
    ...(modified === undefined ? {} : { modified }),
  };
}

/**
 * Writes the headers of `POST /1.0/instances/{name}/files`. The mode begins with a zero, without which servers read it
 * as a decimal number.
 */
export function fileHeaders(attributes: FileWriteAttributes, flavour: Flavour): Record<string, string> {
  const prefix = headerPrefix(flavour);
  const { type, uid, gid, mode, write } = attributes;
  const headers: Record<string, string> = {};
  if (type !== undefined) headers[`${prefix}type`] = type;
  if (uid !== undefined) headers[`${prefix}uid`] = String(uid);
  if (gid !== undefined) headers[`${prefix}gid`] = String(gid);
  if (mode !== undefined) headers[`${prefix}mode`] = `0${mode.toString(8).padStart(3, "0")}`;
  if (write !== undefined) headers[`${prefix}write`] = write;
  return headers;
}

function whole(digits: string | undefined, radix: 8 | 10): number | undefined {
  if (digits === undefined || !(radix === 8 ? /^[0-7]{1,10}$/ : /^[0-9]{1,10}$/).test(digits)) return undefined;
  return Number.parseInt(digits, radix);
}
