import { LxdkitError } from "@lxdkit/protocol";

/**
 * A text as the value of a header. Headers are sent byte by byte: each character stands for one byte of the text in
 * UTF-8, as the servers read it.
 *
 * @throws {LxdkitError} `BAD_TEXT` for a text with control characters or broken Unicode.
 */
export function headerText(value: string): string {
  if (/[\p{Cc}\p{Cs}]/u.test(value)) {
    throw new LxdkitError(`${JSON.stringify(value)} cannot be sent in a header`, {
      code: "BAD_TEXT",
      hint: "Leave out line ends and other control characters.",
    });
  }
  return Buffer.from(value, "utf8").toString("latin1");
}
