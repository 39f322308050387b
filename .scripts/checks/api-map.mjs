// Checks apps/docs/api-map.md: in each row the package must really export the name (`Name` or `Name.member`),
// and the test must exist.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { finish, root } from "../workspace.mjs";

const map = "apps/docs/api-map.md";
const columns = 4;
const problems = [];
let mapped = 0;

readFileSync(join(root, map), "utf8")
  .split("\n")
  .forEach((line, index) => {
    const cells = line.split(/(?<!\\)\|/).slice(1, -1);
    if (cells.length !== columns || /^\s*:?-+:?\s*$/.test(cells[0]) || !cells[0].includes("`")) return;
    const [model, entry, name, test] = cells.map((cell) => cell.trim().replaceAll("`", ""));
    mapped += 1;
    for (const problem of [...checkExport(entry, name), ...checkTest(test)]) {
      problems.push(`${map}:${index + 1}: ${model}: ${problem}`);
    }
  });
if (mapped === 0) problems.push(`${map}: has no row of four cells`);
finish(problems);

/** `entry` is a package or one of its subpaths: `@lxdkit/simplestreams/testing`. */
function checkExport(entry, name) {
  const report = `${entry.replace(/^@lxdkit\//, "").replaceAll("/", ".")}.api.md`;
  const path = join(root, "apps/docs/api", report);
  if (!existsSync(path)) return [`${entry} is not a public entry (no apps/docs/api/${report})`];
  const text = readFileSync(path, "utf8");
  const [top, member] = name.split(".");
  const declared = new RegExp(
    `^(?:export )?(?:declare )?(?:abstract )?(?:class|const|function|interface|type) ${top}(?:_2)?\\b[^]*?^(?=//|\\}|$)`,
    "m",
  ).exec(text);
  if (declared === null) return [`${entry} exports no ${top}`];
  if (member === undefined) return [];
  const block = text.slice(declared.index, text.indexOf("\n}", declared.index));
  if (new RegExp(`^ +(?:static |readonly |get )*${member}\\??[(<:]`, "m").test(block)) return [];
  // A member may come from one of the interfaces that this one extends.
  const parents = /^.* extends (.*) \{$/m.exec(block)?.[1]?.split(", ") ?? [];
  const isInherited = parents.some((parent) => checkExport(entry, `${parent}.${member}`).length === 0);
  return isInherited ? [] : [`${top} of ${entry} has no member ${member}`];
}

function checkTest(test) {
  if (!test.endsWith(".test.ts")) return [`${test} is not a test`];
  return existsSync(join(root, test)) ? [] : [`${test} does not exist`];
}
