import ts from "typescript";
import { anyNames } from "./coverage-page.mjs";
import { routeOf, sourceFiles, walk } from "./source-files.mjs";

/**
 * Which function of the client calls which route: route to names such as `instances.snapshots.list`.
 *
 * A factory (`imagesApi`) returns an object of functions and of further factories; a function has its route in its own
 * text, in a constant of its file, or in a function that it calls.
 */
export function clientFunctions(folder) {
  const files = sourceFiles(folder, (path) => !path.endsWith(".test.ts") && !path.startsWith("contract"));
  const declared = declarations(files);
  const found = new Map();
  const add = (route, name, isDirect) => {
    const key = anyNames(route);
    const entry = found.get(key) ?? { direct: new Set(), indirect: new Set() };
    entry[isDirect ? "direct" : "indirect"].add(name);
    found.set(key, entry);
  };
  const visitFactory = (factory, prefix) => {
    for (const property of returnedProperties(factory)) {
      const inner = valueOf(property, factory);
      const called = inner && ts.isCallExpression(inner) && ts.isIdentifier(inner.expression) && inner.expression.text;
      const target = called && /(?:Api|Of)$/.test(called) ? declared(called, property) : undefined;
      const name = property.name === undefined ? prefix : [...prefix, property.name.getText()];
      if (target !== undefined) visitFactory(target, name);
      else {
        for (const route of routesIn(property, factory)) add(route, name.join("."), true);
        for (const route of reached(property, declared)) add(route, name.join("."), false);
      }
    }
  };
  visitFactory(declared("clientOf"), []);
  return new Map(
    [...found].map(([route, { direct, indirect }]) => [route, [...(direct.size > 0 ? direct : indirect)]]),
  );
}

/** Finds a function by the name that a node calls it by: one of its own file, else an exported one. */
function declarations(files) {
  const found = new Map();
  for (const file of files) {
    for (const statement of file.statements) {
      if (!ts.isFunctionDeclaration(statement) || statement.name === undefined) continue;
      const isExported = statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
      const same = found.get(statement.name.text) ?? [];
      found.set(statement.name.text, [...same, { file, statement, isExported }]);
    }
  }
  return (name, node) => {
    const same = found.get(name) ?? [];
    const own = same.find(({ file }) => file === node?.getSourceFile());
    return (own ?? same.find(({ isExported }) => isExported) ?? same[0])?.statement;
  };
}

/** What a property stands for; one that is only named has the value of the constant of that name. */
function valueOf(property, factory) {
  if (ts.isSpreadAssignment(property)) return property.expression;
  if (!ts.isShorthandPropertyAssignment(property)) return property.initializer;
  const statements = factory.body.statements.filter((statement) => ts.isVariableStatement(statement));
  const declared = statements.flatMap(({ declarationList }) => [...declarationList.declarations]);
  return declared.find(({ name }) => name.getText() === property.name.getText())?.initializer;
}

/** The properties of every object that a function returns by itself. */
function returnedProperties(factory) {
  const properties = [];
  for (const statement of factory.body.statements) {
    if (!ts.isReturnStatement(statement) || statement.expression === undefined) continue;
    if (ts.isObjectLiteralExpression(statement.expression)) properties.push(...statement.expression.properties);
  }
  return properties;
}

/** Routes in the text of a node, and those of the constants around it that it names. */
function routesIn(node, around) {
  const constants = new Map();
  walk(around.getSourceFile(), (part) => {
    if (!ts.isVariableDeclaration(part) || part.initializer === undefined) return;
    const value = ts.isAsExpression(part.initializer) ? part.initializer.expression : part.initializer;
    const route = routeOf(value);
    if (route !== undefined) constants.set(part.name.getText(), route);
  });
  const routes = new Set();
  walk(node, (part) => {
    const route = routeOf(part) ?? (ts.isIdentifier(part) ? constants.get(part.text) : undefined);
    if (route !== undefined) routes.add(route);
  });
  return routes;
}

/** Routes of the functions that a node calls, directly or through others. */
function reached(node, declared) {
  const routes = new Set();
  const seen = new Set();
  const visit = (part) => {
    walk(part, (inner) => {
      if (!ts.isIdentifier(inner)) return;
      const target = declared(inner.text, inner);
      if (target === undefined || seen.has(target)) return;
      seen.add(target);
      for (const route of routesIn(target, target)) routes.add(route);
      visit(target);
    });
  };
  visit(node);
  return routes;
}
