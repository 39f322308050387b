import ts from "typescript";
import { anyNames } from "./coverage-page.mjs";
import { routeOf, sourceFiles, walk } from "./source-files.mjs";

/**
 * What the cases on real servers show: route to `{ covered, refused }`, sets of the families on which it was answered
 * with success and a map of those on which it could only be refused to the reason.
 */
export function contractEvidence(folder) {
  const evidence = new Map();
  for (const file of sourceFiles(folder, (path) => path.endsWith(".real.test.ts"))) {
    walk(file, (node) => {
      if (!ts.isCallExpression(node)) return;
      const kind = node.expression.getText().split(".").at(-1);
      const [list, title] = node.arguments;
      if ((kind !== "covers" && kind !== "refuses") || !list || !ts.isArrayLiteralExpression(list)) return;
      for (const element of list.elements) {
        const route = routeOf(element);
        if (route === undefined) throw new Error(`${file.fileName}: ${element.getText()} is no route`);
        const entry = evidence.get(anyNames(route)) ?? { covered: new Set(), refused: new Map() };
        for (const family of families(node.arguments.at(-1))) {
          if (kind === "covers") entry.covered.add(family);
          else entry.refused.set(family, title.text);
        }
        evidence.set(anyNames(route), entry);
      }
    });
  }
  return evidence;
}

/** The families that a case runs on: both, unless its options name one. */
function families(options) {
  if (options === undefined || !ts.isObjectLiteralExpression(options)) return ["lxd", "incus"];
  const on = options.properties.find((property) => property.name?.getText() === "on");
  return on === undefined ? ["lxd", "incus"] : [on.initializer.text];
}
