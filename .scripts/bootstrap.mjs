// Installs the workspace's dependencies with the pinned pnpm; does nothing when they are already there.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

const root = new URL("..", import.meta.url);
const { devDependencies } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
const version = devDependencies.pnpm;
const pinned = new URL("node_modules/pnpm/package.json", root);
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`lxdkit needs Node.js 20.19 or newer; this is ${process.versions.node}.\n`);
  process.exit(1);
}

// pnpm compares the lockfile with what is installed, so this stays right when either of them changed.
const isPinned = existsSync(pinned) && JSON.parse(readFileSync(pinned, "utf8")).version === version;
const [command, ...prefix] = isPinned
  ? [process.execPath, new URL("node_modules/pnpm/bin/pnpm.mjs", root).pathname]
  : ["npx", "--yes", `pnpm@${version}`];
const args = [...prefix, "install", "--frozen-lockfile", "--prefer-offline", "--reporter=append-only"];
const result = spawnSync(command, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"], encoding: "utf8" });
if (result.status !== 0) {
  process.stderr.write(result.stdout ?? "");
  process.stderr.write(`Installing the dependencies failed (${command} ${args.join(" ")}).\n`);
  process.exit(result.status ?? 1);
}
