// Installs the workspace's dependencies with the pinned pnpm; does nothing when they are already there.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = new URL("..", import.meta.url);
const { devDependencies } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
const version = devDependencies.pnpm;
const pinned = new URL("node_modules/pnpm/package.json", root);
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`lxdkit needs Node.js 20.19 or newer; this is ${process.versions.node}.\n`);
  process.exit(1);
}

if (!isInstalled()) install();

/** pnpm keeps a copy of the lockfile that it installed from. */
function isInstalled() {
  const lockfile = new URL("pnpm-lock.yaml", root);
  const installed = new URL("node_modules/.pnpm/lock.yaml", root);
  if (!existsSync(pinned) || !existsSync(installed)) return false;
  return (
    readFileSync(lockfile, "utf8") === readFileSync(installed, "utf8") && packagesWithout("node_modules").length === 0
  );
}

function packagesWithout(folder) {
  return ["packages", "apps"]
    .flatMap((parent) => readdirSync(new URL(parent, root)).map((name) => new URL(`${parent}/${name}/`, root)))
    .filter((at) => {
      const manifest = new URL("package.json", at);
      if (!existsSync(manifest)) return false;
      const { dependencies, devDependencies: development } = JSON.parse(readFileSync(manifest, "utf8"));
      return (dependencies ?? development) !== undefined && !existsSync(new URL(folder, at));
    });
}

function install() {
  const isPinned = existsSync(pinned) && JSON.parse(readFileSync(pinned, "utf8")).version === version;
  const [command, ...prefix] = isPinned
    ? [process.execPath, fileURLToPath(new URL("node_modules/pnpm/bin/pnpm.mjs", root))]
    : ["npx", "--yes", `pnpm@${version}`];
  const args = [...prefix, "install", "--frozen-lockfile", "--prefer-offline", "--reporter=append-only"];
  const options = { cwd: root, stdio: ["ignore", "pipe", "inherit"], encoding: "utf8" };
  process.stderr.write("Installing the dependencies of the workspace...\n");
  const result = spawnSync(command, args, options);
  if (result.status === 0) return;
  process.stderr.write(result.stdout ?? "");
  process.stderr.write(`Installing the dependencies failed (${command} ${args.join(" ")}).\n`);
  process.exit(result.status ?? 1);
}
