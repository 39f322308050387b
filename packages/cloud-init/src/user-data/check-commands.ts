import type { DataProblem } from "../cloud-init-data-error.ts";
import { listOf } from "./check-values.ts";

const hint = "Put it into quotes: YAML reads words such as yes, 0644 and 1:30 as other things.";

/** Commands: lines for the shell, or lists of words. */
export function checkCommands(value: unknown, path: string): DataProblem[] {
  return listOf(checkCommand)(value, path);
}

function checkCommand(command: unknown, path: string): DataProblem[] {
  if (command === null) return [];
  const isList = Array.isArray(command);
  const words: readonly unknown[] = isList ? command : [command];
  if (words.length === 0) return [{ path, message: "is no command", hint: "Write a line, or a list of words." }];
  return words.flatMap((word, index) => {
    const at = isList ? `${path}[${String(index)}]` : path;
    if (typeof word !== "string") return [{ path: at, message: "is no text", hint }];
    return word.includes("\0") ? [{ path: at, message: "holds a zero byte" }] : [];
  });
}
