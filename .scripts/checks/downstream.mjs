// Plays a project of somebody else: packs what it needs, installs the archives into a copy of apps/docs/downstream, and
// runs its tests there, with vitest and with node:test.
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { finish, root, workspacePackages } from "../workspace.mjs";

const run = promisify(execFile);
const wanted = "@lxdkit/testing";
const folder = mkdtempSync(join(tmpdir(), "lxdkit-downstream-"));
const project = join(folder, "project");
const problems = [];

try {
  cpSync(join(root, "apps/docs/downstream"), project, { recursive: true });
  await install();
  for (const script of ["test:vitest", "test:node"]) await attempt("npm", ["run", "--silent", script]);
} finally {
  rmSync(folder, { recursive: true });
}
finish(problems, "downstream: installed from archives, and both test runners passed");

async function install() {
  const archives = await Promise.all(withDependencies(wanted).map(pack));
  const manifest = JSON.parse(readFileSync(join(project, "package.json"), "utf8"));
  manifest.devDependencies = { ...manifest.devDependencies, ...Object.fromEntries(archives) };
  writeFileSync(join(project, "package.json"), JSON.stringify(manifest));
  await attempt("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", "--no-package-lock", "--silent"]);
}

/** The package with those of ours that it needs. */
function withDependencies(name) {
  const packages = new Map(workspacePackages().map((found) => [found.name, found]));
  const needed = new Set([name]);
  for (const one of needed) {
    const { dependencies = {} } = packages.get(one).manifest;
    for (const other of Object.keys(dependencies)) if (packages.has(other)) needed.add(other);
  }
  return [...needed].map((one) => packages.get(one));
}

async function pack({ folder: source, name }) {
  const archive = join(folder, `${name.replace(/^@/, "").replaceAll("/", "-")}.tgz`);
  await run(join(root, "node_modules/.bin/pnpm"), ["pack", "--out", archive], { cwd: join(root, source) });
  return [name, `file:${archive}`];
}

async function attempt(command, args) {
  if (problems.length > 0) return;
  try {
    await run(command, args, { cwd: project });
  } catch (error) {
    problems.push(`${[command, ...args].join(" ")} failed:\n${error.stdout}${error.stderr}`);
  }
}
