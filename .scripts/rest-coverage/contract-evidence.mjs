import ts from "typescript";
import { anyNames } from "./coverage-page.mjs";
import { routeOf, sourceFiles, walk } from "./source-files.mjs";

const kinds = new Set(["covers", "refuses", "misbehaves"]);

/**
 * What the cases on real servers show: route to `{ covered, refused }`, maps of the families on which it was answered
 * with success to a note (or nothing), and of those on which only its error path was seen to the reason.
 */
export function contractEvidence(folder) {
  const evidence = new Map();
  for (const file of sourceFiles(folder, (path) => path.endsWith(".real.test.ts"))) {
    walk(file, (node) => {
      if (!ts.isCallExpression(node)) return;
      const kind = node.expression.getText().split(".").at(-1);
      const [list, title] = node.arguments;
      if (!kinds.has(kind) || !list || !ts.isArrayLiteralExpression(list)) return;
      for (const element of list.elements) {
        const route = routeOf(element);
        if (route === undefined) throw new Error(`${file.fileName}: ${element.getText()} is no route`);
        const entry = evidence.get(anyNames(route)) ?? { covered: new Map(), refused: new Map() };
        for (const family of families(node.arguments.at(-1))) {
          if (kind === "covers") note(entry.covered, family, optionOf(node.arguments.at(-1), "note"));
          else entry.refused.set(family, title.text);
        }
        evidence.set(anyNames(route), entry);
      }
    });
  }
  return evidence;
}

/** A case without a note says more than one with it. */
function note(covered, family, text) {
  if (covered.get(family) !== "") covered.set(family, text ?? "");
}

/** The families that a case runs on: both, unless its options name one. */
function families(options) {
  const on = optionOf(options, "on");
  return on === undefined ? ["lxd", "incus"] : [on];
}

function optionOf(options, name) {
  if (options === undefined || !ts.isObjectLiteralExpression(options)) return undefined;
  return options.properties.find((property) => property.name?.getText() === name)?.initializer.text;
}
