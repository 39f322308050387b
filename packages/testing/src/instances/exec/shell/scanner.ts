import type { Redirect, Script, Word, WordPart } from "./syntax.ts";

/** A script that cannot be read. */
export class ShellSyntaxError extends Error {
  override readonly name: string = "ShellSyntaxError";
}

/** Reads the pieces of a script one after the other. Blanks before a piece are skipped. */
export interface Scanner {
  isAtEnd(): boolean;
  /** Whether that word or operator comes next. */
  isNext(text: string): boolean;
  /** Skips blanks, comments and ends of lines. */
  skipLines(): void;
  /** Takes the first of `operators` that comes next, unless it is `except`. */
  takeOperator(operators: readonly string[], except?: string): string | undefined;
  /** Takes that very word. */
  takeWord(word: string): boolean;
  takeAnyWord(): Word | undefined;
  takeName(): string | undefined;
  /** Takes `name()`. */
  takeFunctionName(): string | undefined;
  /** Takes `name=word`. */
  takeAssignment(): readonly [string, Word] | undefined;
  takeRedirect(): readonly Redirect[] | undefined;
  /** Takes that word or operator, or throws. */
  expect(text: string): void;
  back(characters: number): void;
  unexpected(): ShellSyntaxError;
}

const plainEnds = " \t\n;&|<>()";

/** Makes a {@link Scanner}; `parse` reads the scripts inside of `$(...)`. */
export function createScanner(text: string, parse: (text: string) => Script): Scanner {
  let at = 0;

  const skipBlanks = (): void => {
    for (;;) {
      if (text[at] === " " || text[at] === "\t") at += 1;
      else if (text.startsWith("\\\n", at)) at += 2;
      else if (text[at] === "#") while (at < text.length && text[at] !== "\n") at += 1;
      else return;
    }
  };
  const unexpected = (): ShellSyntaxError => {
    const rest = text.slice(at).split("\n")[0] ?? "";
    return new ShellSyntaxError(`syntax error: unexpected ${rest === "" ? "end of file" : JSON.stringify(rest)}`);
  };
  const fits = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  /** The text up to the bracket that closes the one before `at`, which is then behind it. */
  const bracketed = (open: string, close: string): string => {
    const start = at;
    for (let depth = 1, quote = ""; at < text.length; at += 1) {
      const char = text[at] ?? "";
      if (char === "\\") at += 1;
      else if (quote !== "") quote = char === quote ? "" : quote;
      else if (char === "'" || char === '"') quote = char;
      else if (char === open) depth += 1;
      else if (char === close) {
        depth -= 1;
        if (depth === 0) {
          at += 1;
          return text.slice(start, at - 1);
        }
      }
    }
    throw unexpected();
  };
  const wordOf = (inner: string): Word => createScanner(inner, parse).takeAnyWord() ?? [];

  function readDollar(isQuoted: boolean): WordPart {
    at += 1;
    const name = fits(/[A-Za-z_]\w*|[0-9?$#@*!]/y)?.[0];
    if (name !== undefined) {
      at += name.length;
      return { kind: "variable", name, isQuoted, operator: "", operand: [] };
    }
    if (text.startsWith("((", at)) {
      at += 2;
      const inner = bracketed("(", ")");
      if (text[at] !== ")") throw unexpected();
      at += 1;
      const quoted = createScanner(`"${inner.replaceAll(/(?<![$\w])([A-Za-z_]\w*)/g, "${$1:-0}")}"`, parse);
      return { kind: "number", expression: quoted.takeAnyWord() ?? [], isQuoted };
    }
    if (text[at] === "(") {
      at += 1;
      return { kind: "command", script: parse(bracketed("(", ")")), isQuoted };
    }
    if (text[at] === "{") {
      at += 1;
      const inner = bracketed("{", "}");
      const [, length = "", variable = "", operator = "", operand = ""] =
        /^(#?)([A-Za-z_]\w*|[0-9?$#@*!])(:?[-=+?]|##?|%%?|)([^]*)$/.exec(inner) ?? [];
      if (variable === "") throw new ShellSyntaxError("bad substitution");
      return {
        kind: "variable",
        name: variable,
        isQuoted,
        operator: length === "#" ? "length" : operator,
        operand: operand === "" ? [] : wordOf(`"${operand.replaceAll('"', '\\"')}"`),
      };
    }
    return { kind: "text", text: "$", isQuoted };
  }

  function readDouble(parts: WordPart[]): void {
    at += 1;
    let plain = "";
    const flush = (): void => {
      if (plain !== "") parts.push({ kind: "text", text: plain, isQuoted: true });
      plain = "";
    };
    parts.push({ kind: "text", text: "", isQuoted: true });
    while (text[at] !== '"') {
      if (at >= text.length) throw new ShellSyntaxError("syntax error: unterminated quoted string");
      if (text[at] === "$") {
        flush();
        parts.push(readDollar(true));
      } else if (text[at] === "`") {
        flush();
        parts.push(readBackquote(true));
      } else if (text[at] === "\\" && '$`"\\\n'.includes(text[at + 1] ?? " ")) {
        if (text[at + 1] !== "\n") plain += text[at + 1] ?? "";
        at += 2;
      } else {
        plain += text[at] ?? "";
        at += 1;
      }
    }
    flush();
    at += 1;
  }

  function readBackquote(isQuoted: boolean): WordPart {
    const end = text.indexOf("`", at + 1);
    if (end === -1) throw unexpected();
    const script = parse(text.slice(at + 1, end));
    at = end + 1;
    return { kind: "command", script, isQuoted };
  }

  function readParts(): Word {
    const parts: WordPart[] = [];
    let plain = "";
    const flush = (): void => {
      if (plain !== "") parts.push({ kind: "text", text: plain, isQuoted: false });
      plain = "";
    };
    while (at < text.length && !plainEnds.includes(text[at] ?? "")) {
      const char = text[at] ?? "";
      if (!"'\"\\$`".includes(char)) {
        plain += char;
        at += 1;
        continue;
      }
      flush();
      if (char === "$") parts.push(readDollar(false));
      else if (char === '"') readDouble(parts);
      else if (char === "`") parts.push(readBackquote(false));
      else if (char === "\\") {
        if (text[at + 1] !== "\n") parts.push({ kind: "text", text: text[at + 1] ?? "", isQuoted: true });
        at += 2;
      } else {
        const end = text.indexOf("'", at + 1);
        if (end === -1) throw new ShellSyntaxError("syntax error: unterminated quoted string");
        parts.push({ kind: "text", text: text.slice(at + 1, end), isQuoted: true });
        at = end + 1;
      }
    }
    flush();
    return parts;
  }

  const isNext = (wanted: string): boolean => {
    skipBlanks();
    if (!text.startsWith(wanted, at)) return false;
    const after = text[at + wanted.length];
    return !/\w|[{}!]/.test(wanted.at(-1) ?? "") || after === undefined || plainEnds.includes(after);
  };

  const scanner: Scanner = {
    isAtEnd() {
      skipBlanks();
      return at >= text.length;
    },
    isNext,
    skipLines() {
      skipBlanks();
      while (text[at] === "\n") {
        at += 1;
        skipBlanks();
      }
    },
    takeOperator(operators, except) {
      skipBlanks();
      const found = operators.find((operator) => text.startsWith(operator, at));
      if (found === undefined || found === except) return undefined;
      at += found.length;
      return found;
    },
    takeWord(word) {
      if (!isNext(word)) return false;
      at += word.length;
      return true;
    },
    takeAnyWord() {
      skipBlanks();
      if (at >= text.length || plainEnds.includes(text[at] ?? "")) return undefined;
      return readParts();
    },
    takeName() {
      skipBlanks();
      const name = fits(/[A-Za-z_]\w*/y)?.[0];
      at += name?.length ?? 0;
      return name;
    },
    takeFunctionName() {
      skipBlanks();
      const [all = "", name] = fits(/([A-Za-z_][\w-]*)[ \t]*\([ \t]*\)/y) ?? [];
      at += all.length;
      return name;
    },
    takeAssignment() {
      skipBlanks();
      const [all = "", name] = fits(/([A-Za-z_]\w*)=/y) ?? [];
      if (name === undefined) return undefined;
      at += all.length;
      return [name, readParts()];
    },
    takeRedirect() {
      skipBlanks();
      const [all = "", digits = "", sign = ""] = fits(/(\d?)(<<<|>>|>&|<&|>|<)|&>>?/y) ?? [];
      if (all === "" || (sign === "<" && text.startsWith("<<", at + digits.length))) return undefined;
      at += all.length;
      const target = scanner.takeAnyWord();
      if (target === undefined) throw unexpected();
      const kind = all.endsWith(">>") ? ">>" : sign === "<" || sign === "<<<" ? sign : sign.endsWith("&") ? "&" : ">";
      const fd = digits === "" ? (sign.startsWith("<") ? 0 : 1) : Number(digits);
      if (!all.startsWith("&")) return [{ fd, kind, target }];
      const both = { fd: 2, kind: "&", target: [{ kind: "text", text: "1", isQuoted: true }] } as const;
      return [{ fd: 1, kind, target }, both];
    },
    expect(wanted) {
      scanner.skipLines();
      if (!isNext(wanted)) throw unexpected();
      at += wanted.length;
    },
    back(characters) {
      at -= characters;
    },
    unexpected,
  };
  return scanner;
}
