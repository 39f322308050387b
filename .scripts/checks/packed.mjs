// Packs every public package as a registry would get it and asks publint and are-the-types-wrong about the result.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import pLimit from "p-limit";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { finish, root, workspacePackages } from "../workspace.mjs";

// The packages are ES modules: whoever cannot load these, cannot use them (ADR 2).
const notServed = ["node10", "node16-cjs"];
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

async function check({ folder: source, name, manifest, entries }) {
  const archive = join(folder, `${name.replace(/^@/, "").replaceAll("/", "-")}.tgz`);
  const pnpm = join(root, "node_modules/.bin/pnpm");
  try {
    await promisify(execFile)(pnpm, ["pack", "--out", archive], { cwd: join(root, source) });
  } catch (error) {
    problems.push(`${name}: cannot be packed: ${error.stdout}${error.stderr}`);
    return;
  }
  const tarball = readFileSync(archive);
  const bytes = tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.byteLength);
  const { messages, pkg } = await publint({ pack: { tarball: bytes }, strict: true });
  problems.push(...messages.map((message) => `${name}: ${formatMessage(message, pkg, { color: false })}`));
  problems.push(...missingFiles(name, manifest, bytes));
  if (entries.length === 0) return;
  const { problems: wrong } = await checkPackage(createPackageFromTarballData(new Uint8Array(bytes)));
  for (const problem of wrong ?? [{ kind: "NoTypes" }]) {
    if (!notServed.includes(problem.resolutionKind)) problems.push(`${name}: ${describe(problem)}`);
  }
}

/** What every archive holds besides its code. */
function missingFiles(name, manifest, bytes) {
  const packed = createPackageFromTarballData(new Uint8Array(bytes));
  return ["LICENSE", "README.md"]
    .filter((file) => !packed.fileExists(`/node_modules/${manifest.name}/${file}`))
    .map((file) => `${name}: the archive has no ${file}`);
}

function describe({ kind, entrypoint, resolutionKind, ...details }) {
  const place = [entrypoint, resolutionKind].filter((part) => part !== undefined).join(", ");
  return `${kind} (${place}) ${JSON.stringify(details)}`;
}
