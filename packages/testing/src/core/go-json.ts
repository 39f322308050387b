import { Refusal } from "./refusal.ts";

/** A type of Go as far as the reading of JSON shows it. */
export type GoType =
  | { readonly kind: "any" }
  | { readonly kind: "string" | "bool" | "int64" | "int" | "uint64"; readonly name: string }
  /** A map of anything with a name of its own, and after that another type. */
  | { readonly kind: "first"; readonly name: string; readonly type: GoType }
  | { readonly kind: "list"; readonly name: string; readonly of: GoType }
  | { readonly kind: "map"; readonly name: string; readonly of: GoType }
  | { readonly kind: "struct"; readonly name: string; readonly fields: Readonly<Record<string, GoType>> };

/**
 * Reads the first JSON value of a text and fits it into `type`, as Go does; what follows it is ignored. Answers 400 with
 * Go's own words when it cannot.
 */
export function readGoJson(text: string, type: GoType): unknown {
  const value: unknown = JSON.parse(text.slice(0, endOfValue(text)));
  const problem = misfit(value, type, undefined, []);
  if (problem !== undefined) throw new Refusal(400, problem);
  return value;
}

/** {@link readGoJson} for routes that read a whole body before they look at it, which differ in a few words. */
export function readWholeGoJson(text: string, type: GoType): unknown {
  const end = (): Refusal => new Refusal(400, "unexpected end of JSON input");
  try {
    const rest = text.slice(endOfValue(text)).trimStart();
    if (rest !== "") throw new Refusal(400, `invalid character '${rest[0] ?? ""}' after top-level value`);
  } catch (error) {
    throw error instanceof Refusal && /^(?:unexpected )?EOF$/.test(error.message) ? end() : error;
  }
  return readGoJson(text, type);
}

/** The first place at which a value does not fit; Go reads on there, but tells of the first one alone. */
function misfit(value: unknown, type: GoType, owner: string | undefined, path: readonly string[]): string | undefined {
  // Null leaves everything as it is.
  if (value === null || type.kind === "any") return undefined;
  const refuse = (kind: string, name: string): string => {
    const place =
      owner === undefined ? `value of type ${name}` : `struct field ${owner}.${path.join(".")} of type ${name}`;
    return `json: cannot unmarshal ${kind} into Go ${place}`;
  };
  switch (type.kind) {
    case "first":
      return kindOf(value) === "object" ? misfit(value, type.type, owner, path) : refuse(kindOf(value), type.name);
    case "list":
      if (!Array.isArray(value)) return refuse(kindOf(value), type.name);
      return firstProblem(value.map((element: unknown) => () => misfit(element, type.of, owner, path)));
    case "map":
      if (kindOf(value) !== "object") return refuse(kindOf(value), type.name);
      return firstProblem(
        Object.values(value as object).map((element: unknown) => () => misfit(element, type.of, owner, path)),
      );
    case "struct": {
      if (kindOf(value) !== "object") return refuse(kindOf(value), `api.${type.name}`);
      const entries = Object.entries(value as object) as readonly (readonly [string, unknown])[];
      return firstProblem(
        entries.map(([key, field]) => () => {
          const known = type.fields[key];
          return known === undefined ? undefined : misfit(field, known, type.name, [...path, key]);
        }),
      );
    }
    case "string":
    case "bool":
      return kindOf(value) === type.kind ? undefined : refuse(kindOf(value), type.name);
    case "int":
    case "int64":
    case "uint64": {
      if (typeof value !== "number") return refuse(kindOf(value), type.name);
      const fits = Number.isInteger(value) && (type.kind !== "uint64" || value >= 0);
      return fits ? undefined : refuse(`number ${String(value)}`, type.name);
    }
  }
}

function firstProblem(checks: readonly (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const problem = check();
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value;
}

const space = /\s/;

/** Where the first value of a text ends; refuses a text that has none with Go's words for what is wrong. */
function endOfValue(text: string): number {
  let at = 0;
  const skip = (): void => {
    while (at < text.length && space.test(text[at] ?? "")) at += 1;
  };
  const cut = (): Refusal => new Refusal(400, "unexpected EOF");
  const unexpected = (where: string): Refusal => {
    if (at >= text.length) return cut();
    const character = text[at] ?? "";
    const shown = character === "'" ? `'\\''` : `'${character}'`;
    return new Refusal(400, `invalid character ${shown} ${where}`);
  };
  const literal = (word: string): void => {
    for (const letter of word) {
      if (text[at] !== letter) throw unexpected(`in literal ${word} (expecting '${letter}')`);
      at += 1;
    }
  };
  const string = (): void => {
    for (at += 1; text[at] !== '"'; at += 1) {
      if (at >= text.length) throw cut();
      if ((text[at] ?? "") < " ") throw unexpected("in string literal");
      if (text[at] === "\\") at += 1;
    }
    at += 1;
  };
  const number = (): void => {
    const [digits = ""] = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/.exec(text.slice(at)) ?? [];
    at += Math.max(1, digits.length);
    if (digits === "") throw unexpected("in numeric literal");
  };
  const list = (close: string, element: () => void, where: string): void => {
    at += 1;
    skip();
    if (text[at] === close) {
      at += 1;
      return;
    }
    for (;;) {
      element();
      skip();
      if (text[at] === close) break;
      if (text[at] !== ",") throw unexpected(`after ${where}`);
      at += 1;
      skip();
    }
    at += 1;
  };
  const pair = (): void => {
    if (text[at] !== '"') throw unexpected("looking for beginning of object key string");
    string();
    skip();
    if (text[at] !== ":") throw unexpected("after object key");
    at += 1;
    value();
  };
  const value = (): void => {
    skip();
    const first = text[at] ?? "";
    if (first === "{") list("}", pair, "object key:value pair");
    else if (first === "[") list("]", value, "array element");
    else if (first === '"') string();
    else if (/[-\d]/.test(first)) number();
    else if (first === "t") literal("true");
    else if (first === "f") literal("false");
    else if (first === "n") literal("null");
    else throw unexpected("looking for beginning of value");
  };
  skip();
  if (at >= text.length) throw new Refusal(400, "EOF");
  value();
  return at;
}
