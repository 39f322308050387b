import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** The parsed TypeScript files of a folder and its folders whose path `isWanted` accepts. */
export function sourceFiles(folder, isWanted) {
  return readdirSync(folder, { recursive: true })
    .filter((path) => path.endsWith(".ts") && isWanted(path))
    .map((path) => ts.createSourceFile(path, readFileSync(join(folder, path), "utf8"), ts.ScriptTarget.Latest, true))
    .toSorted((a, b) => (a.fileName < b.fileName ? -1 : 1));
}

/** Calls `visit` for a node and all below it. */
export function walk(node, visit) {
  visit(node);
  node.forEachChild((child) => walk(child, visit));
}

const route = /^(?:GET|HEAD|PUT|POST|PATCH|DELETE) \//;

/** The route that a node spells out as a text; undefined for every other node. */
export function routeOf(node) {
  return ts.isStringLiteralLike(node) && route.test(node.text) ? node.text : undefined;
}
