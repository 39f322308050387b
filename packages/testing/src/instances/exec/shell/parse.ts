import { createScanner, type Scanner } from "./scanner.ts";
import type { Command, Pipeline, Redirect, Script, Word } from "./syntax.ts";

/** Reads a script; throws a `ShellSyntaxError` for what it does not understand. */
export function parseScript(text: string): Script {
  const scanner = createScanner(text, parseScript);
  const script = readScript(scanner, []);
  if (!scanner.isAtEnd()) throw scanner.unexpected();
  return script;
}

function readScript(scanner: Scanner, ends: readonly string[]): Script {
  const script: { join: ";" | "&&" | "||"; pipeline: Pipeline; isBackground: boolean }[] = [];
  let join: ";" | "&&" | "||" = ";";
  for (;;) {
    scanner.skipLines();
    if (scanner.isAtEnd() || ends.some((end) => scanner.isNext(end))) break;
    const pipeline = readPipeline(scanner);
    const end = scanner.takeOperator(["&&", "||", ";;", ";", "&", "\n"]);
    script.push({ join, pipeline, isBackground: end === "&" });
    join = end === "&&" || end === "||" ? end : ";";
    if (end === ";;") {
      scanner.back(2);
      break;
    }
    if (end === undefined) break;
  }
  if (join !== ";") throw scanner.unexpected();
  return script;
}

/** Words that end what another one began, so that no command begins with them. */
const closingWords = ["then", "elif", "else", "fi", "do", "done", "esac", "}"];

function readPipeline(scanner: Scanner): Pipeline {
  if (closingWords.some((word) => scanner.isNext(word))) throw scanner.unexpected();
  const isNegated = scanner.takeWord("!");
  const commands = [readCommand(scanner)];
  while (scanner.takeOperator(["||", "|"], "||") === "|") {
    scanner.skipLines();
    commands.push(readCommand(scanner));
  }
  return { commands, isNegated };
}

function readCommand(scanner: Scanner): Command {
  const compound = readCompound(scanner);
  if (compound === undefined) return readSimple(scanner);
  return { ...compound, redirects: readRedirects(scanner) } as Command;
}

type Compound = Omit<Command, "redirects">;

function readCompound(scanner: Scanner): Compound | undefined {
  if (scanner.takeOperator(["("]) !== undefined) {
    const body = readScript(scanner, [")"]);
    scanner.expect(")");
    return { kind: "group", isSubshell: true, body } as Compound;
  }
  if (scanner.takeWord("{")) {
    const body = readScript(scanner, ["}"]);
    scanner.expect("}");
    return { kind: "group", isSubshell: false, body } as Compound;
  }
  if (scanner.takeWord("if")) return readIf(scanner);
  if (scanner.takeWord("for")) return readFor(scanner);
  if (scanner.takeWord("case")) return readCase(scanner);
  for (const word of ["while", "until"]) {
    if (!scanner.takeWord(word)) continue;
    const condition = readScript(scanner, ["do"]);
    return { kind: "loop", isUntil: word === "until", condition, body: readBody(scanner) } as Compound;
  }
  const name = scanner.takeFunctionName();
  if (name === undefined) return undefined;
  scanner.skipLines();
  return { kind: "function", name, body: readCommand(scanner) } as Compound;
}

function readIf(scanner: Scanner): Compound {
  const branches: (readonly [Script, Script])[] = [];
  do {
    const condition = readScript(scanner, ["then"]);
    scanner.expect("then");
    branches.push([condition, readScript(scanner, ["elif", "else", "fi"])]);
  } while (scanner.takeWord("elif"));
  const otherwise = scanner.takeWord("else") ? readScript(scanner, ["fi"]) : undefined;
  scanner.expect("fi");
  return { kind: "if", branches, otherwise } as Compound;
}

function readFor(scanner: Scanner): Compound {
  const name = scanner.takeName();
  if (name === undefined) throw scanner.unexpected();
  scanner.skipLines();
  const words = scanner.takeWord("in") ? readWords(scanner) : undefined;
  scanner.takeOperator([";"]);
  return { kind: "for", name, words, body: readBody(scanner) } as Compound;
}

function readCase(scanner: Scanner): Compound {
  const word = scanner.takeAnyWord();
  if (word === undefined) throw scanner.unexpected();
  scanner.skipLines();
  scanner.expect("in");
  const branches: (readonly [readonly Word[], Script])[] = [];
  for (;;) {
    scanner.skipLines();
    if (scanner.takeWord("esac")) return { kind: "case", word, branches } as Compound;
    scanner.takeOperator(["("]);
    const patterns: Word[] = [];
    do {
      const pattern = scanner.takeAnyWord();
      if (pattern === undefined) throw scanner.unexpected();
      patterns.push(pattern);
    } while (scanner.takeOperator(["|"]) !== undefined);
    scanner.expect(")");
    branches.push([patterns, readScript(scanner, [";;", "esac"])]);
    scanner.takeOperator([";;"]);
  }
}

function readBody(scanner: Scanner): Script {
  scanner.skipLines();
  scanner.expect("do");
  const body = readScript(scanner, ["done"]);
  scanner.expect("done");
  return body;
}

function readWords(scanner: Scanner): readonly Word[] {
  const words: Word[] = [];
  for (let word = scanner.takeAnyWord(); word !== undefined; word = scanner.takeAnyWord()) words.push(word);
  return words;
}

function readRedirects(scanner: Scanner): readonly Redirect[] {
  const redirects: Redirect[] = [];
  for (let next = scanner.takeRedirect(); next !== undefined; next = scanner.takeRedirect()) redirects.push(...next);
  return redirects;
}

function readSimple(scanner: Scanner): Command {
  const assignments: (readonly [string, Word])[] = [];
  const words: Word[] = [];
  const redirects: Redirect[] = [];
  for (;;) {
    const redirect = scanner.takeRedirect();
    if (redirect !== undefined) {
      redirects.push(...redirect);
      continue;
    }
    const assignment = words.length === 0 ? scanner.takeAssignment() : undefined;
    if (assignment !== undefined) {
      assignments.push(assignment);
      continue;
    }
    const word = scanner.takeAnyWord();
    if (word === undefined) break;
    words.push(word);
  }
  if (assignments.length + words.length + redirects.length === 0) throw scanner.unexpected();
  return { kind: "simple", assignments, words, redirects };
}
