import { wireTime } from "../../core/wire-time.ts";
import { Refusal } from "../../core/refusal.ts";

/**
 * The name of the next snapshot by `snapshots.pattern`: `%d` counts up from 0, and a name that is taken gets a number.
 * 500 when the pattern is no template.
 */
export function nextSnapshotName(pattern: string, taken: readonly string[], now: number): string {
  const rendered = render(pattern === "" ? "snap%d" : pattern, now);
  if (rendered.includes("%d")) return numbered(rendered, taken);
  return taken.includes(rendered) ? numbered(`${rendered}-%d`, taken) : rendered;
}

function numbered(pattern: string, taken: readonly string[]): string {
  const [before = "", after = ""] = pattern.split("%d");
  const numbers = taken.flatMap((name) => {
    if (!name.startsWith(before) || !name.endsWith(after)) return [];
    const middle = name.slice(before.length, name.length - after.length);
    return /^\d+$/.test(middle) ? [Number(middle)] : [];
  });
  return pattern.replace("%d", String(Math.max(-1, ...numbers) + 1));
}

/** What the servers put before the pattern; it moves the columns of their messages. */
const preamble = "{% autoescape off %}";

function render(pattern: string, now: number): string {
  const rendered = pattern.replace(
    /\{\{\s*(\w+)\s*(?:\|\s*date\s*:\s*(?:'([^']*)'|"([^"]*)")\s*)?\}\}/g,
    (_, name, a, b) => {
      if (name !== "creation_date") return "";
      const layout = (a ?? b) as string | undefined;
      return layout === undefined
        ? `${wireTime(now).replace("T", " ").replace("Z", "")} +0000 UTC`
        : goTime(layout, now);
    },
  );
  if (!rendered.includes("{{")) return rendered;
  const column = preamble.length + pattern.length + 1;
  throw new Refusal(500, `[Error (where: parser) in <string> | Line 1 Col ${String(column)} near '{%'] '}}' expected`);
}

/** Formats a moment by a layout of Go, which is the reference time of 2006 as it shall look. */
function goTime(layout: string, now: number): string {
  const date = new Date(now);
  const two = (value: number): string => String(value).padStart(2, "0");
  const parts: Readonly<Record<string, string>> = {
    "2006": String(date.getUTCFullYear()),
    "01": two(date.getUTCMonth() + 1),
    "02": two(date.getUTCDate()),
    "15": two(date.getUTCHours()),
    "04": two(date.getUTCMinutes()),
    "05": two(date.getUTCSeconds()),
    "06": two(date.getUTCFullYear() % 100),
  };
  return layout.replace(/2006|01|02|15|04|05|06/g, (part) => parts[part] ?? part);
}
