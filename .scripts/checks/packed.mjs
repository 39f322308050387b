// Packs every public package as a registry would get it and asks publint and are-the-types-wrong about the result.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pLimit from "p-limit";
import { finish, root, workspacePackages } from "../workspace.mjs";

const limit = pLimit(2);
const folder = mkdtempSync(join(tmpdir(), "lxdkit-pack-"));
const problems = [];

try {
  const packages = workspacePackages().filter(({ isPublic }) => isPublic);
  await Promise.all(packages.map((found) => limit(() => check(found))));
} finally {
  rmSync(folder, { recursive: true });
}
finish(problems);

async function check({ folder: source, name, entries }) {
  const archive = join(folder, `${name.replace(/^@/, "").replaceAll("/", "-")}.tgz`);
  const isPacked = await passes(name, "pnpm", ["pack", "--out", archive], join(root, source));
  if (!isPacked) return;
  await passes(name, "publint", [archive, "--strict"], root);
  if (entries.length > 0) await passes(name, "attw", [archive, "--profile", "esm-only", "--no-emoji"], root);
}

/** Runs a program of the workspace; what it prints becomes a problem when it fails. */
async function passes(name, program, args, cwd) {
  try {
    await promisify(execFile)(join(root, "node_modules/.bin", program), args, { cwd, maxBuffer: 16 * 1024 * 1024 });
    return true;
  } catch (error) {
    problems.push(`${name}: ${program}:\n${error.stdout ?? ""}${error.stderr ?? error.message}`);
    return false;
  }
}
