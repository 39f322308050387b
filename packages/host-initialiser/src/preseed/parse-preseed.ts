import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import type { Preseed } from "./preseed.ts";
import { PreseedError, type PreseedProblem } from "./preseed-error.ts";
import { type Fields, preseedFields, type Shape } from "./preseed-shape.ts";

/** A preseed that was read from text. */
export interface ParsedPreseed {
  readonly preseed: Preseed;
  /** The line of a key, for example of `networks[0].type`, from 1 on; undefined when the text does not have it. */
  lineOf(key: string): number | undefined;
}

/**
 * Reads a preseed as `lxd init --preseed` and `incus admin init --preseed` do: strictly, a key that is not known is an
 * error at any level. Numbers and truth values become the text that they are written as.
 *
 * @throws {PreseedError} `BAD_PRESEED` with the line and the key of all that is wrong.
 */
export function parsePreseed(text: string): ParsedPreseed {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, version: "1.2" });
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  const problems: PreseedProblem[] = document.errors.map(({ message, pos }) => {
    const [first = "it is not YAML"] = message.split("\n", 1);
    return { key: "", line: lineAt(pos[0]), text: first.replace(/ at line \d+, column \d+:?$/, "") };
  });
  if (problems.length > 0) throw new PreseedError(problems);
  const places = new Map<string, number>();

  const fail = (key: string, node: Node | null | undefined, what: string): undefined => {
    problems.push({ key, line: lineOfNode(node) ?? places.get(key), text: what });
    return undefined;
  };
  const lineOfNode = (node: Node | null | undefined): number | undefined => {
    const offset = node?.range?.[0];
    return offset === undefined ? undefined : lineAt(offset);
  };
  const resolved = (node: Node | null): Node | null => (isAlias(node) ? (node.resolve(document) ?? null) : node);

  const read = (given: Node | null, shape: Shape, key: string): unknown => {
    const node = resolved(given);
    const isEmpty = node === null || (isScalar(node) && node.value === null);
    switch (shape.is) {
      case "text":
        if (isEmpty) return "";
        return isScalar(node) ? textOf(node.value, node.source) : fail(key, node, "this has to be a text");
      case "boolean":
        if (isScalar(node) && typeof node.value === "boolean") return node.value;
        return fail(key, node, "this has to be true or false");
      case "texts":
        return isEmpty ? {} : readMap(node, key, () => ({ is: "text" }));
      case "devices":
        return isEmpty ? {} : readMap(node, key, () => ({ is: "texts" }));
      case "fields":
        return isEmpty ? {} : readMap(node, key, (name) => fieldOf(shape.fields, name));
      case "list":
        if (isEmpty) return [];
        if (!isSeq<Node | null>(node)) return fail(key, node, "this has to be a list");
        return node.items.map((item, at) => readItem(item, shape.fields, `${key}[${String(at)}]`));
    }
  };
  const readItem = (item: Node | null, fields: Fields, key: string): unknown => {
    const line = lineOfNode(item);
    if (line !== undefined) places.set(key, line);
    const made = readMap(resolved(item), key, (name) => fieldOf(fields, name));
    if (made !== undefined && "name" in fields && (made["name"] ?? "") === "") fail(key, item, "this needs a name");
    return made;
  };
  const readMap = (
    node: Node | null,
    key: string,
    shapeOf: (name: string) => Shape | undefined,
  ): Readonly<Record<string, unknown>> | undefined => {
    if (!isMap<Node, Node | null>(node)) return fail(key, node, "this has to be a map of keys and values");
    return Object.fromEntries(
      node.items.flatMap((pair) => {
        const name = isScalar(pair.key) ? textOf(pair.key.value, pair.key.source) : "";
        const path = key === "" ? name : `${key}.${name}`;
        const line = lineOfNode(pair.key);
        if (line !== undefined) places.set(path, line);
        const shape = shapeOf(name);
        if (shape === undefined) return fail(path, pair.key, "this key is not known") ?? [];
        return [[name, read(pair.value, shape, path)] as const];
      }),
    );
  };

  const preseed = read(document.contents, { is: "fields", fields: preseedFields }, "") as Preseed;
  if (problems.length > 0) throw new PreseedError(problems);
  return { preseed, lineOf: (key) => places.get(key) };
}

function fieldOf(fields: Fields, name: string): Shape | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** Numbers stay as they are written: `1.50` and `0644` too. */
function textOf(value: unknown, source: string | undefined): string {
  if (typeof value === "string") return value;
  return value === null || value === undefined ? "" : (source ?? JSON.stringify(value));
}
