// Every exported name has a docstring. The API reports say which have none.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { finish, root } from "../workspace.mjs";

const reports = join(root, "apps/docs/api");
const problems = [];
for (const file of readdirSync(reports).filter((name) => name.endsWith(".api.md"))) {
  const text = readFileSync(join(reports, file), "utf8");
  for (const [, declaration] of text.matchAll(/^\/\/ @\w+.*\(undocumented\)\n(.*)$/gm)) {
    problems.push(`${file.replace(/\.api\.md$/, "")}: no docstring: ${declaration}`);
  }
}
finish(problems);
