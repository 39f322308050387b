// Runs every check of the workspace, two at a time, and says at the end which of them failed.
// With names as arguments (`npm run verify -- lint layers`) it runs these checks and what they need.
import { spawn } from "node:child_process";
import { join } from "node:path";
import pLimit from "p-limit";
import { root } from "./workspace.mjs";

const script = (name) => [process.execPath, join(root, ".scripts/checks", `${name}.mjs`)];

// `after` names a check that must have passed: this one reads what it makes.
const checks = [
  { name: "build", command: ["turbo", "run", "build", "typecheck", "--output-logs=errors-only"] },
  { name: "lint", command: ["oxlint", "--type-aware", "--deny-warnings"] },
  { name: "api-reports", command: script("api-reports"), after: "build" },
  { name: "packed", command: script("packed"), after: "build" },
  { name: "downstream", command: script("downstream"), after: "build" },
  { name: "layers", command: ["depcruise", "packages", "apps", "--config", ".dependency-cruiser.cjs"] },
  { name: "dead-code", command: ["knip", "--no-config-hints"] },
  { name: "format", command: ["oxfmt", "--check", "."] },
  { name: "manifests", command: ["sherif", "--fail-on-warnings"] },
  { name: "readmes", command: script("readmes") },
  { name: "docstrings", command: script("docstrings"), after: "api-reports" },
  { name: "api-map", command: script("api-map"), after: "api-reports" },
  { name: "rest-coverage", command: script("rest-coverage") },
  { name: "changesets", command: script("changesets") },
  { name: "module-mocks", command: script("module-mocks") },
  { name: "words", command: script("words") },
];

const selected = select(process.argv.slice(2));
const width = Math.max(...selected.map(({ name }) => name.length));
const slot = pLimit(2);
const start = performance.now();
const outcomes = new Map();
for (const check of selected) outcomes.set(check.name, perform(check));
const results = await Promise.all(outcomes.values());

const failed = selected.filter((_, index) => !results[index]).map(({ name }) => name);
const seconds = ((performance.now() - start) / 1000).toFixed(1);
process.stdout.write(
  failed.length === 0
    ? `verify: all ${selected.length} checks passed in ${seconds} s\n`
    : `verify: ${failed.length} of ${selected.length} checks failed in ${seconds} s: ${failed.join(", ")}\n`,
);
process.exitCode = failed.length === 0 ? 0 : 1;

/** The checks with these names and those that they need; all checks when no name is given. */
function select(names) {
  const unknown = names.find((name) => !checks.some((check) => check.name === name));
  if (unknown !== undefined) {
    process.stderr.write(`There is no check "${unknown}". The checks: ${checks.map(({ name }) => name).join(", ")}.\n`);
    process.exit(2);
  }
  const needed = new Set(names);
  for (const check of checks.toReversed()) if (needed.has(check.name) && check.after) needed.add(check.after);
  return names.length === 0 ? checks : checks.filter(({ name }) => needed.has(name));
}

/** Runs one check as soon as its turn comes, prints its line and says whether it passed. */
async function perform(check) {
  if (check.after !== undefined && !(await outcomes.get(check.after))) {
    print(check, "FAILED", 0, `Not run, because "${check.after}" failed.`);
    return false;
  }
  const { isPassed, output, took } = await slot(() => run(check.command));
  print(check, isPassed ? "ok" : "FAILED", took, isPassed ? "" : output);
  return isPassed;
}

function print({ name }, word, took, output) {
  const indented = output.trimEnd().replaceAll(/^/gm, "        ");
  const line = `${word.padEnd(6)}  ${name.padEnd(width)}  ${took.toFixed(1).padStart(5)} s\n`;
  process.stdout.write(output === "" ? line : `${line}${indented}\n`);
}

function run([command, ...args]) {
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: "1", NO_COLOR: "1" };
  env.PATH = `${join(root, "node_modules/.bin")}:${process.env.PATH ?? ""}`;
  delete env.FORCE_COLOR;
  const began = performance.now();
  return new Promise((resolve) => {
    let output = "";
    const child = spawn(command, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => (output += text));
    const end = (isPassed) => resolve({ isPassed, output, took: (performance.now() - began) / 1000 });
    child.on("close", (code) => end(code === 0));
    child.on("error", (error) => {
      output += `${command} did not start: ${error.message}\n`;
      end(false);
    });
  });
}
