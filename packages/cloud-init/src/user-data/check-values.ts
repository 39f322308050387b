import type { DataProblem } from "../cloud-init-data-error.ts";

/** Tells what is wrong with the value of a key that stands at a path. */
export type Check = (value: unknown, path: string) => DataProblem[];

/** A check for text of a form. */
export function textLike(pattern: RegExp, message: string, hint: string): Check {
  return (value, path) => {
    if (typeof value !== "string") return [notText(path)];
    return pattern.test(value) ? [] : [{ path, message, hint }];
  };
}

/** A check for a list, by the check of its items. */
export function listOf(check: Check): Check {
  return (value, path) => {
    if (!Array.isArray(value)) return [{ path, message: "is no list", hint: "Write each item behind a dash." }];
    return value.flatMap((item, index) => check(item, `${path}[${String(index)}]`));
  };
}

/** For what ought to be text. YAML takes some text for numbers, dates or truth values. */
export function notText(path: string): DataProblem {
  return {
    path,
    message: "is no text",
    hint: "Put it into quotes: YAML reads words such as yes and 1:30 as other things.",
  };
}
