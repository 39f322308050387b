// Looks in every file for what must not be in the repository: paths of one machine, names of package hosts,
// references to folders outside. Also keeps the top level of the repository tidy.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { finish, root } from "../workspace.mjs";

const rules = [
  { what: "a path of one machine", pattern: /(?<![\w.$}-])\/(?:work|home)\/[\w.]/ },
  // Tests on real servers, and the fakes with their contract, name files inside a container.
  {
    what: "a path of one machine",
    pattern: /(?<![\w.$}-])\/root\/[\w.]/,
    except: /\.real\.test\.ts$|^packages\/testing\/src\/|^packages\/testbed\/src\/(?:clients|differential)\//,
  },
  {
    what: "the name of a package host",
    pattern:
      /registry\.(?:npmjs|yarnpkg)|npm[m]irror|(?:deb|security|ftp|snapshot)\.debian|(?:archive|security|ports)\.ubuntu\.com|pypi\.org/,
  },
  { what: "a folder outside the repository", pattern: /\.\.\/shared/, except: /^\.ci\/|\.test\.ts$/ },
  { what: "a reference to a number in a tracker", pattern: /\bissues? #?\d/i },
];

const topLevel = [
  "LICENSE",
  "README.md",
  "apps",
  "package.json",
  "packages",
  "pnpm-lock.yaml",
  "pnpm-workspace.yaml",
  "tsconfig.base.json",
  "turbo.json",
  "vitest.config.ts",
];

const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
  maxBuffer: 64 * 1024 * 1024,
});
const files = listed.split("\0").filter((file) => file !== "");
const problems = [];

for (const file of files) {
  const [first] = file.split("/", 1);
  if (!first.startsWith(".") && !topLevel.includes(first)) {
    problems.push(`${file}: the top level of the repository holds only ${topLevel.join(", ")} and dot-files`);
  }
  const text = read(file);
  if (text === undefined) continue;
  for (const { what, pattern, except } of rules) {
    if (except?.test(file)) continue;
    text.split("\n").forEach((line, index) => {
      const found = pattern.exec(line);
      if (found !== null) problems.push(`${file}:${index + 1}: ${what}: ${found[0]}`);
    });
  }
}
finish(problems);

/** The file's text; nothing when it is binary or was deleted but not yet committed. */
function read(file) {
  try {
    const bytes = readFileSync(join(root, file));
    return bytes.includes(0) ? undefined : bytes.toString("utf8");
  } catch (error) {
    if (error.code === "ENOENT" || error.code === "EISDIR") return undefined;
    throw error;
  }
}
