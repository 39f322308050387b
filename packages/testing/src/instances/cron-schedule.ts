import type { ValueRule } from "../core/config-rules.ts";

const aliases = [
  ...["@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@annually", "@yearly", "@startup", "@never"],
];

interface Field {
  readonly lowest: number;
  readonly highest: number;
  readonly names: readonly string[];
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const fields: readonly Field[] = [
  { lowest: 0, highest: 59, names: [] },
  { lowest: 0, highest: 23, names: [] },
  { lowest: 1, highest: 31, names: [] },
  { lowest: 1, highest: 12, names: months },
  { lowest: 0, highest: 6, names: days },
];

/** When snapshots are to be made: a list of names such as `@daily`, or the five fields of cron. */
export const schedule: ValueRule = (value) => {
  const names = value.split(", ");
  if (names.every((name) => aliases.includes(name.trim()))) return undefined;
  const parts = value.split(" ").filter((part) => part !== "");
  if (parts.length !== fields.length) {
    return "Schedule must be of the form: <minute> <hour> <day-of-month> <month> <day-of-week>";
  }
  for (const [at, field] of fields.entries()) {
    for (const range of (parts[at] ?? "").split(",")) {
      const problem = rangeProblem(range, field);
      if (problem !== undefined) return `Error parsing schedule: ${problem}`;
    }
  }
  return undefined;
};

function rangeProblem(range: string, field: Field): string | undefined {
  const [span = "", step, ...moreSteps] = range.split("/");
  if (moreSteps.length > 0) return `too many slashes: ${range}`;
  const [first = "", last, ...moreEnds] = span.split("-");
  const isAll = first === "*" || first === "?";
  if (moreEnds.length > 0) return `too many hyphens: ${range}`;
  const [start, end] = isAll ? [field.lowest, field.highest] : [numberOf(first, field), numberOf(last ?? first, field)];
  if (typeof start === "string") return start;
  if (typeof end === "string") return end;
  const every = step === undefined ? 1 : numberOf(step, { ...field, names: [] });
  if (typeof every === "string") return every;
  if (start < field.lowest) {
    return `beginning of range (${String(start)}) below minimum (${String(field.lowest)}): ${range}`;
  }
  if (end > field.highest) return `end of range (${String(end)}) above maximum (${String(field.highest)}): ${range}`;
  if (start > end) return `beginning of range (${String(start)}) beyond end of range (${String(end)}): ${range}`;
  return every === 0 ? `step of range should be a positive number: ${range}` : undefined;
}

/** The number that a text stands for, or what is wrong with it. */
function numberOf(text: string, { lowest, names }: Field): number | string {
  const named = names.indexOf(text.toLowerCase());
  if (named !== -1) return named + lowest;
  if (/^[+-]?\d+$/.test(text)) {
    const value = Number(text);
    return value < 0 ? `negative number (${String(value)}) not allowed: ${text}` : value;
  }
  return `failed to parse int from ${text}: strconv.Atoi: parsing "${text}": invalid syntax`;
}
