// No test replaces a module: tests use the fakes, which speak the real protocol, or hand in what differs.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { finish, root } from "../workspace.mjs";

const code = /\.(?:[cm]?[jt]sx?)$/;
const rules = [
  { what: "vitest replaces a module", pattern: /\b(?:vi|vitest)\s*\??\.\s*(?:mock|doMock|hoisted|importMock)\s*[(<]/ },
  { what: "jest replaces a module", pattern: /\bjest\s*\.\s*(?:mock|doMock|setMock|unstable_mockModule)\s*[(<]/ },
  { what: "node:test replaces a module", pattern: /\bmock\s*\.\s*module\s*\(/ },
  {
    what: "a library replaces modules",
    pattern: /from\s+["'](?:proxyquire|rewiremock|esmock|testdouble|quibble|mock-fs|nock)["']/,
  },
];

const files = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
  maxBuffer: 64 * 1024 * 1024,
})
  .split("\0")
  .filter((file) => code.test(file) && existsSync(join(root, file)));

const problems = [];
for (const file of files) {
  if (file.split("/").includes("__mocks__")) problems.push(`${file}: a folder of modules that replace others`);
  // A call may go over several lines.
  const text = readFileSync(join(root, file), "utf8");
  for (const { what, pattern } of rules) {
    const found = pattern.exec(text);
    if (found === null) continue;
    const line = text.slice(0, found.index).split("\n").length;
    problems.push(`${file}:${line}: ${what}: ${found[0].replaceAll(/\s+/g, "")}`);
  }
}
finish(problems);
