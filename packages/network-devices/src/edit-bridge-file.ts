import { bridgeFileEntry } from "./bridge-file.ts";

/**
 * The text of a bridge's configuration file in which keys have new values, written as `KEY="value"`: in place where the
 * file has the key, otherwise at its end, in the order given. Comments, other keys and lines that say the same already
 * stay as they are; without anything to change the text is the one that was given.
 *
 * @throws {TypeError} for keys and values that the shell, which reads the file, would take for something else.
 */
export function editBridgeFile(text: string, values: Readonly<Record<string, string>>): string {
  const wanted = new Map(Object.entries(values));
  for (const [key, value] of wanted) {
    if (!/^[A-Z][A-Z0-9_]*$/.test(key) || /["\\$`\n\r]/.test(value)) {
      throw new TypeError(`${JSON.stringify(key)} cannot be set to ${JSON.stringify(value)} in a bridge's file`);
    }
  }
  const present = new Set<string>();
  const lines = text.split("\n").map((line) => {
    const { key, value } = bridgeFileEntry(line);
    const next = wanted.get(key);
    if (next === undefined) return line;
    present.add(key);
    return value === next ? line : lineOf(key, next);
  });
  const missing = [...wanted].filter(([key]) => !present.has(key)).map(([key, value]) => lineOf(key, value));
  if (missing.length === 0) return lines.join("\n");
  const body = lines.join("\n").replace(/\n+$/, "");
  return [...(body === "" ? [] : [body]), ...missing, ""].join("\n");
}

function lineOf(key: string, value: string): string {
  return `${key}="${value}"`;
}
