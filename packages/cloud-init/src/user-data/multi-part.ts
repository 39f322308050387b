import { createHash } from "node:crypto";
import { documentKind, mediaTypes } from "./document-kind.ts";

/** Without it a list of a later document takes the place of the list before. Only cloud-init can merge templates. */
const mergeHeader = "Merge-Type: list(append)+dict(no_replace,recurse_list)+str()\n";

/** Puts several documents into one text of the form that mail has. The same documents give the same text. */
export function writeMultiPart(documents: readonly string[]): string {
  const boundary = boundaryFor(documents);
  const parts = documents.map((text) => `--${boundary}\n${partOf(text)}\n`);
  return `Content-Type: multipart/mixed; boundary="${boundary}"\nMIME-Version: 1.0\n\n${parts.join("")}--${boundary}--\n`;
}

function partOf(text: string): string {
  const kind = documentKind(text) ?? "cloud-config";
  // Several parts again: cloud-init walks through the tree.
  if (kind === "multi-part") return text;
  const merge = kind === "jinja" ? mergeHeader : "";
  const type = `Content-Type: ${mediaTypes[kind]}; charset="utf-8"\nMIME-Version: 1.0\n${merge}`;
  // A mail ends lines as it likes, and has neither long lines nor other characters.
  if (/^[\t\n\x20-\x7e]*$/.test(text) && !/[^\n]{900}/.test(text)) {
    return `${type}Content-Transfer-Encoding: 7bit\n\n${text}`;
  }
  const packed = Buffer.from(text).toString("base64").replaceAll(/.{76}/g, "$&\n");
  return `${type}Content-Transfer-Encoding: base64\n\n${packed}`;
}

/** A line that none of the documents has. */
function boundaryFor(documents: readonly string[]): string {
  for (let attempt = 0; ; attempt += 1) {
    const hash = createHash("sha256")
      .update(JSON.stringify([attempt, documents]))
      .digest("hex");
    const boundary = `==${hash.slice(0, 32)}==`;
    if (!documents.some((text) => text.includes(boundary))) return boundary;
  }
}
