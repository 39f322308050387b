import { LxdkitError } from "@lxdkit/protocol";

/**
 * Passes what a request carries when no text in it, however deep, is read as another one by the servers: LXD and Incus
 * look up a name only as far as its first NUL, and replace what is no Unicode.
 *
 * @throws {LxdkitError} `BAD_TEXT`.
 */
export function checkTexts(value: unknown, request: string): void {
  const text = findBadText(value);
  if (text === undefined) return;
  throw new LxdkitError(`${request}: a text has ${text.includes("\0") ? "a NUL" : "broken Unicode"} in it`, {
    code: "BAD_TEXT",
    request,
    hint: "The server would take it for another text, and change another object than the one that is meant.",
  });
}

function findBadText(value: unknown): string | undefined {
  if (typeof value === "string") return value.includes("\0") || /\p{Cs}/u.test(value) ? value : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, each] of Object.entries(value)) {
    const found = findBadText(key) ?? findBadText(each);
    if (found !== undefined) return found;
  }
  return undefined;
}
