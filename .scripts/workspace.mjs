// The packages of the workspace, as their manifests describe them.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Absolute path of the repository. */
export const root = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");

/**
 * Every package under packages/ and apps/, sorted by folder.
 *
 * `folder` is relative to the repository; `isPublic` says whether the package is meant for a registry;
 * `entries` are its exported subpaths (`"."`, `"./testing"`) with the folder-relative path of their declarations.
 */
export function workspacePackages() {
  return ["packages", "apps"].flatMap((group) => {
    if (!existsSync(join(root, group))) return [];
    return readdirSync(join(root, group))
      .toSorted()
      .map((name) => `${group}/${name}`)
      .filter((folder) => existsSync(join(root, folder, "package.json")))
      .map((folder) => {
        const manifest = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
        const entries = Object.entries(manifest.exports ?? {})
          .filter(([, target]) => typeof target === "object" && target.types !== undefined)
          .map(([subpath, target]) => ({ subpath, source: target["@lxdkit/source"], types: target.types }));
        return { folder, name: manifest.name, manifest, isPublic: manifest.private !== true, entries };
      });
  });
}

/** Prints what is wrong, one problem a line, and ends the process: 1 when there is a problem, 0 otherwise. */
export function finish(problems, success) {
  for (const problem of problems) process.stdout.write(`${problem}\n`);
  if (problems.length === 0 && success !== undefined) process.stdout.write(`${success}\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
