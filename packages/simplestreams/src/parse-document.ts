import type { z } from "zod";
import { SimplestreamsError } from "./simplestreams-error.ts";

/** Known documents have eight levels. */
const maxDepth = 64;

/**
 * Reads a document of a stream.
 *
 * @throws {SimplestreamsError} `BAD_STREAM` when it is not JSON, nested beyond reason, or not of the format.
 */
export function parseDocument<T>(text: string, schema: z.ZodType<T>, url: URL): T {
  if (isDeep(text)) throw badDocument(url, `is nested more than ${String(maxDepth)} levels deep`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw badDocument(url, "is not JSON", cause);
  }
  return checkDocument(json, schema, url);
}

/**
 * Takes a document for one of the format.
 *
 * @throws {SimplestreamsError} `BAD_STREAM`.
 */
export function checkDocument<T>(json: unknown, schema: z.ZodType<T>, url: URL): T {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const where = issue === undefined ? "" : ` at ${issue.path.join(".")}: ${issue.message}`;
  throw badDocument(url, `is not a simplestreams document${where}`, result.error);
}

function badDocument(url: URL, what: string, cause?: unknown): SimplestreamsError {
  return new SimplestreamsError(`${url.href} ${what}`, { code: "BAD_STREAM", address: url.href, cause });
}

/** Looks at brackets outside of texts alone. */
function isDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (char === 0x22) {
      at = endOfText(text, at);
    } else if (char === 0x7b || char === 0x5b) {
      depth += 1;
      if (depth > maxDepth) return true;
    } else if (char === 0x7d || char === 0x5d) {
      depth -= 1;
    }
  }
  return false;
}

/** Where the text that begins at `start` has its closing quote. */
function endOfText(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text[at - 1 - slashes] === "\\") slashes += 1;
    if (slashes % 2 === 0) return at;
  }
  return text.length;
}
