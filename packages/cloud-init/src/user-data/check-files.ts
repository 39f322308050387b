import type { DataProblem } from "../cloud-init-data-error.ts";
import { isMap } from "../yaml/read-yaml.ts";
import { listOf, notText } from "./check-values.ts";

const encodings = new Set([
  "b64",
  "base64",
  "gz",
  "gzip",
  "gz+b64",
  "gz+base64",
  "gzip+b64",
  "gzip+base64",
  "text/plain",
]);
const packed = /b(?:ase)?64$/;

/** Files with paths, contents and modes. */
export function checkFiles(value: unknown, path: string): DataProblem[] {
  return listOf(checkFile)(value, path);
}

function checkFile(file: unknown, path: string): DataProblem[] {
  if (!isMap(file)) return [{ path, message: "is no file", hint: "Write a map with path and content." }];
  const { path: at, content, encoding, permissions, owner } = file;
  const problems: DataProblem[] = [];
  if (typeof at !== "string" || !at.startsWith("/") || at.includes("\0")) {
    problems.push({ path: `${path}.path`, message: "is no path from the root", hint: "Begin it with /." });
  }
  if (permissions !== undefined && (typeof permissions !== "string" || !/^[0-7]{3,5}$/.test(permissions))) {
    const hint = 'Write octal digits in quotes: "0644".';
    problems.push({ path: `${path}.permissions`, message: "is no mode", hint });
  }
  if (owner !== undefined && (typeof owner !== "string" || !/^[^\s:]+(?::[^\s:]+)?$/.test(owner))) {
    problems.push({ path: `${path}.owner`, message: "is no owner", hint: "Write user:group." });
  }
  if (content !== undefined && content !== null && typeof content !== "string")
    problems.push(notText(`${path}.content`));
  if (encoding !== undefined && (typeof encoding !== "string" || !encodings.has(encoding.toLowerCase()))) {
    const hint = "cloud-init knows b64, gzip and gz+b64; leave it out for plain text.";
    problems.push({ path: `${path}.encoding`, message: "is no encoding", hint });
  } else if (
    typeof encoding === "string" &&
    packed.test(encoding) &&
    typeof content === "string" &&
    !isBase64(content)
  ) {
    const hint = "cloud-init would write the text itself.";
    problems.push({ path: `${path}.content`, message: "is no base64, as encoding says", hint });
  }
  return problems;
}

function isBase64(text: string): boolean {
  const digits = text.replaceAll(/\s/g, "");
  return digits.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(digits);
}
