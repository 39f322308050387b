// Bundles the program from the packages' sources; does nothing when no source is newer than the bundle.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const cli = `${root}apps/cli`;
const bundle = `${cli}/dist/main.js`;

const folders = [cli, ...readdirSync(`${root}packages`).map((name) => `${root}packages/${name}`)];
const inputs = [
  `${root}pnpm-lock.yaml`,
  `${cli}/package.json`,
  `${cli}/rolldown.config.mjs`,
  ...folders
    .map((folder) => `${folder}/src`)
    .filter(existsSync)
    .flatMap(sources),
];
if (!existsSync(bundle) || inputs.some((path) => statSync(path).mtimeMs >= statSync(bundle).mtimeMs)) {
  const rolldown = `${cli}/node_modules/rolldown/bin/cli.mjs`;
  const args = [rolldown, "--config", "rolldown.config.mjs", "--logLevel", "warn"];
  const result = spawnSync(process.execPath, args, { cwd: cli, stdio: ["ignore", "pipe", "pipe"], encoding: "utf8" });
  if (result.status !== 0) {
    process.stderr.write(`${result.stdout}${result.stderr}\nBundling the program failed.\n`);
    process.exit(result.status ?? 1);
  }
}

/** All files below a folder, and the folder itself: its own time tells of a file that went away. */
function sources(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .concat(folder);
}
