import { posix } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { evaluate } from "./evaluate.ts";
import { patternOf } from "./pattern.ts";
import { ShellSyntaxError } from "./scanner.ts";
import { forked, type ShellState, type ShellStreams } from "./shell-state.ts";
import type { Script, Word, WordPart } from "./syntax.ts";

/** Runs a script in a shell and gives its status. */
export type RunScript = (state: ShellState, script: Script, streams: ShellStreams) => Promise<number>;

/** Replaces variables, commands and patterns in words; a word may become none or many. */
export interface Expander {
  words(words: readonly Word[]): Promise<string[]>;
  /** One text, without any splitting. */
  text(word: Word): Promise<string>;
}

interface Field {
  text: string;
  hasPattern: boolean;
}

/** Makes the {@link Expander} of a shell. */
export function createExpander(state: ShellState, streams: ShellStreams, runScript: RunScript): Expander {
  async function valueOf(part: WordPart): Promise<string> {
    switch (part.kind) {
      case "text":
        return part.text;
      case "variable":
        return variable(part);
      case "number":
        return String(evaluate(await joined(part.expression)));
      case "command": {
        const stdout = new PassThrough();
        const printed = text(stdout);
        state.status = await runScript(forked(state), part.script, { ...streams, stdout });
        stdout.end();
        return (await printed).replace(/\n+$/, "");
      }
    }
  }

  async function variable({ name, operator, operand }: Extract<WordPart, { kind: "variable" }>): Promise<string> {
    const value = lookUp(state, name);
    if (operator === "length") return String((value ?? "").length);
    if (operator.startsWith("#") || operator.startsWith("%")) {
      return trim(value ?? "", operator, await joined(operand));
    }
    const isMissing = operator.startsWith(":") ? (value ?? "") === "" : value === undefined;
    switch (operator.slice(-1)) {
      case "-":
        return isMissing ? joined(operand) : (value ?? "");
      case "+":
        return isMissing ? "" : joined(operand);
      case "=": {
        if (!isMissing) return value ?? "";
        const set = await joined(operand);
        state.variables.set(name, set);
        return set;
      }
      case "?":
        if (isMissing) throw new ShellSyntaxError(`${name}: ${(await joined(operand)) || "parameter not set"}`);
        return value ?? "";
      default:
        return value ?? "";
    }
  }

  async function joined(word: Word): Promise<string> {
    let all = "";
    for (const part of word) all += await valueOf(part);
    return homed(word, all);
  }

  /** A word that begins with `~` begins at home. */
  function homed([first]: Word, value: string): string {
    const isHome = first?.kind === "text" && !first.isQuoted && /^~(?:\/|$)/.test(first.text);
    return isHome ? `${state.variables.get("HOME") ?? "/"}${value.slice(1)}` : value;
  }

  async function fieldsOf(word: Word): Promise<string[]> {
    const fields: Field[] = [];
    let current: Field | undefined;
    const add = (value: string, hasPattern: boolean): void => {
      current ??= { text: "", hasPattern: false };
      current.text += value;
      current.hasPattern ||= hasPattern;
    };
    const finish = (): void => {
      if (current !== undefined) fields.push(current);
      current = undefined;
    };
    for (const part of word) {
      if (part.kind === "variable" && (part.name === "@" || (part.name === "*" && !part.isQuoted))) {
        for (const [index, value] of state.args.slice(1).entries()) {
          if (index > 0) finish();
          add(value, false);
        }
        continue;
      }
      const value = await valueOf(part);
      if (part.isQuoted) add(value, false);
      else if (part.kind === "text") add(value, /[*?[]/.test(value));
      else {
        for (const [index, piece] of value.split(/[ \t\n]+/).entries()) {
          if (index > 0) finish();
          if (piece !== "") add(piece, /[*?[]/.test(piece));
        }
      }
    }
    finish();
    return fields.flatMap((field, index) => {
      const value = index === 0 ? homed(word, field.text) : field.text;
      const found = field.hasPattern ? namesThatFit(state, value) : [];
      return found.length === 0 ? [value] : found;
    });
  }

  return {
    async words(words) {
      const all: string[] = [];
      for (const word of words) all.push(...(await fieldsOf(word)));
      return all;
    },
    text: joined,
  };
}

function lookUp({ variables, args, status, context }: ShellState, name: string): string | undefined {
  switch (name) {
    case "?":
      return String(status);
    case "$":
      return String(context.pid);
    case "#":
      return String(args.length - 1);
    case "@":
    case "*":
      return args.slice(1).join(" ");
    case "!":
      return "";
    default:
      return /^\d$/.test(name) ? args[Number(name)] : variables.get(name);
  }
}

function trim(value: string, operator: string, pattern: string): string {
  const fits = patternOf(pattern);
  const isLong = operator.length === 2;
  const lengths = Array.from({ length: value.length + 1 }, (_, length) => length);
  const tried = isLong ? lengths.toReversed() : lengths;
  const isStart = operator.startsWith("#");
  const cut = tried.find((length) => fits.test(isStart ? value.slice(0, length) : value.slice(value.length - length)));
  if (cut === undefined) return value;
  return isStart ? value.slice(cut) : value.slice(0, value.length - cut);
}

/** The files that fit a pattern. */
function namesThatFit({ context: { files }, directory }: ShellState, pattern: string): string[] {
  let found = [pattern.startsWith("/") ? "/" : ""];
  for (const part of pattern.split("/").filter((each) => each !== "")) {
    const fits = patternOf(part);
    found = found.flatMap((start) => {
      const folder = posix.resolve(directory, start);
      if (files.stat(folder)?.type !== "directory") return [];
      const names = files
        .list(folder)
        .filter((name) => fits.test(name) && (part.startsWith(".") || !name.startsWith(".")));
      return names.toSorted().map((name) => (start === "" || start === "/" ? `${start}${name}` : `${start}/${name}`));
    });
  }
  return found;
}
