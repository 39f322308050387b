import type { Flavour } from "@lxdkit/protocol";
import { factsOf } from "./flavour-facts.ts";
import { Refusal } from "./refusal.ts";

interface Clause {
  /** How it joins what stands before it. */
  readonly join: "and" | "or";
  readonly not: boolean;
  readonly field: string;
  readonly operator: string;
  readonly value: string;
}

/** Says whether an object, as the API shows it, fits. */
export type Filter = (object: unknown) => boolean;

/**
 * Reads a `filter` as the servers do: clauses `[not] field operator value` joined by `and` and `or`, from left to
 * right without precedence. An empty one fits all.
 */
export function parseFilter(text: string, flavour: Flavour): Filter {
  const clauses = parseClauses(text, flavour);
  return (object) =>
    clauses.reduce((result, clause, at) => {
      const fits = clauseFits(object, clause, flavour) !== clause.not;
      if (at === 0) return fits;
      return clause.join === "and" ? result && fits : result || fits;
    }, true);
}

function parseClauses(text: string, flavour: Flavour): readonly Clause[] {
  const bad = (reason: string): Refusal => new Refusal(factsOf(flavour).badFilterStatus, `Invalid filter: ${reason}`);
  const words = text.split(" ").filter((word) => word !== "");
  const clauses: Clause[] = [];
  let join: Clause["join"] = "and";
  while (words.length > 0) {
    const not = words[0]?.toLowerCase() === "not";
    if (not) words.shift();
    const [field, operator, ...rest] = words.splice(0, 2);
    if (field === undefined) throw bad("incomplete not clause");
    if (operator === undefined) throw bad("clause has no operator");
    const value = takeValue(words, bad);
    clauses.push({ join, not, field, operator: operator.toLowerCase(), value });
    if (rest.length > 0 || words.length === 0) break;
    const next = words.shift()?.toLowerCase();
    if (next !== "and" && next !== "or") throw bad("invalid clause composition");
    if (words.length === 0) throw bad("unterminated compound clause");
    join = next;
  }
  return clauses;
}

function takeValue(words: string[], bad: (reason: string) => Refusal): string {
  const first = words.shift();
  if (first === undefined) throw bad("clause has no value");
  if (!first.startsWith('"')) return first;
  // A quoted value ends with a word that ends in a quote, and that is never the first word.
  const end = words.findIndex((word) => word.endsWith('"'));
  if (end === -1) throw bad("unterminated quote");
  return [first, ...words.splice(0, end + 1)].join(" ").slice(1, -1);
}

function clauseFits(object: unknown, { field, operator, value }: Clause, flavour: Flavour): boolean {
  if (flavour === "incus" && operator !== "eq" && operator !== "ne") throw new Refusal(500, "Unsupported operation");
  const found = valueAt(object, field);
  const isEqual = flavour === "lxd" ? lxdEquals(found, value) : incusEquals(found, field, value);
  // Every operator but `ne` means `eq` to LXD.
  return operator === "ne" ? !isEqual : isEqual;
}

function lxdEquals(found: unknown, value: string): boolean {
  return typeof found === "string" && textEquals(found, value);
}

function incusEquals(found: unknown, field: string, value: string): boolean {
  if (typeof found === "string") return textEquals(found, value);
  if (typeof found === "boolean") return String(found) === value;
  // A key that a map does not have is empty; a field that the object does not have is an error.
  if (found === undefined && field.includes(".")) return textEquals("", value);
  const kind = typeof found === "number" ? "int" : "invalid";
  const text = kind === "int" ? `Unsupported filter type "int"` : `Invalid type "invalid"`;
  throw new Refusal(500, `${text} for field "${field}"`);
}

/** Texts are compared as an anchored regular expression without case, or plainly when it is none. */
function textEquals(found: string, value: string): boolean {
  try {
    const isAnchored = value.includes("^") || value.includes("$");
    return new RegExp(isAnchored ? value : `^${value}$`, "i").test(found);
  } catch {
    return found.toLowerCase() === value.toLowerCase();
  }
}

/** The value at a path of names with dots; the names of configuration keys hold dots themselves. */
function valueAt(object: unknown, path: string): unknown {
  if (typeof object !== "object" || object === null) return undefined;
  if (Object.hasOwn(object, path)) return (object as Record<string, unknown>)[path];
  const dot = path.indexOf(".");
  if (dot === -1) return undefined;
  return valueAt((object as Record<string, unknown>)[path.slice(0, dot)], path.slice(dot + 1));
}
