import { posix } from "node:path";
import type { CommandContext } from "../command.ts";

/** What `test` says of its words: 0 for yes, 1 for no, 2 for words that make no sense. */
export function testWords(
  context: Pick<CommandContext, "files" | "directory" | "stderr">,
  words: readonly string[],
): number {
  const or = words.indexOf("-o");
  if (or > 0) return Math.min(testWords(context, words.slice(0, or)), testWords(context, words.slice(or + 1)));
  const and = words.indexOf("-a");
  if (and > 0) return Math.max(testWords(context, words.slice(0, and)), testWords(context, words.slice(and + 1)));
  const answer = say(context, words);
  if (answer === undefined) context.stderr.write(`sh: ${words[1] ?? words[0] ?? ""}: unknown operand\n`);
  return answer === undefined ? 2 : answer ? 0 : 1;
}

function say(context: Pick<CommandContext, "files" | "directory">, words: readonly string[]): boolean | undefined {
  const [first, second, third] = words;
  if (first === undefined) return false;
  if (first === "!" && words.length > 1) {
    const rest = say(context, words.slice(1));
    return rest === undefined ? undefined : !rest;
  }
  if (second === undefined) return first !== "";
  if (third === undefined) return one(context, first, second);
  return two(first, second, third);
}

function one(
  { files, directory }: Pick<CommandContext, "files" | "directory">,
  operator: string,
  word: string,
): boolean | undefined {
  if (operator === "-n") return word !== "";
  if (operator === "-z") return word === "";
  const path = posix.resolve(directory, word);
  const look = operator === "-L" || operator === "-h" ? files.lstat(path) : files.stat(path);
  switch (operator) {
    case "-e":
    case "-r":
    case "-w":
      return look !== undefined;
    case "-f":
      return look?.type === "file";
    case "-d":
      return look?.type === "directory";
    case "-c":
      return look?.type === "device";
    case "-L":
    case "-h":
      return look?.type === "symlink";
    case "-x":
      return look !== undefined && (look.mode & 0o111) !== 0;
    case "-s":
      return look !== undefined && look.sizeBytes > 0;
    default:
      return undefined;
  }
}

function two(a: string, operator: string, b: string): boolean | undefined {
  const [x, y] = [Number(a), Number(b)];
  switch (operator) {
    case "=":
    case "==":
      return a === b;
    case "!=":
      return a !== b;
    case "-eq":
      return x === y;
    case "-ne":
      return x !== y;
    case "-lt":
      return x < y;
    case "-le":
      return x <= y;
    case "-gt":
      return x > y;
    case "-ge":
      return x >= y;
    default:
      return undefined;
  }
}
