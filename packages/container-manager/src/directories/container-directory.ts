import { constants } from "node:fs";
import { cp, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { ManagerError } from "../manager-error.ts";

/** Where Juju keeps a folder for each container. */
export const containerDir = "/var/lib/juju/containers";

/** Where Juju keeps the folders of removed containers. */
export const removedContainerDir = "/var/lib/juju/removed-containers";

/** Options of {@link newDirectory} and {@link removeDirectory}. */
export interface DirectoryOptions {
  /** {@link containerDir} by default. */
  readonly containerDir?: string | undefined;
  /** {@link removedContainerDir} by default. */
  readonly removedContainerDir?: string | undefined;
}

/**
 * Makes the folder of a container, which may be there already, and gives its path.
 *
 * @throws {ManagerError} `CONTAINER_NAME_INVALID` for a name that would lead elsewhere.
 */
export async function newDirectory(name: string, options: DirectoryOptions = {}): Promise<string> {
  checkName(name);
  const path = join(options.containerDir ?? containerDir, name);
  await mkdir(path, { recursive: true, mode: 0o755 });
  return path;
}

/**
 * Moves the folder of a container to those of removed ones, under its name or the first of `name.1`, `name.2`, ... that
 * is free, and gives the new path. Nothing that is there is overwritten.
 *
 * @throws {ManagerError} `CONTAINER_NAME_INVALID`; the file system's own error when there is no such folder.
 */
export async function removeDirectory(name: string, options: DirectoryOptions = {}): Promise<string> {
  checkName(name);
  const source = join(options.containerDir ?? containerDir, name);
  const removed = options.removedContainerDir ?? removedContainerDir;
  await mkdir(removed, { recursive: true, mode: 0o755 });
  for (let number = 0; ; number += 1) {
    const target = join(removed, number === 0 ? name : `${name}.${String(number)}`);
    // Made first, so that of two who remove at the same time only one gets it.
    if (!(await reserve(target))) continue;
    try {
      await move(source, target);
      return target;
    } catch (error) {
      await rm(target, { recursive: true, force: true });
      throw error;
    }
  }
}

async function reserve(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o755 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Takes the place of an empty folder; between file systems by a copy. */
async function move(source: string, target: string): Promise<void> {
  try {
    await rename(source, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    await cp(source, target, {
      recursive: true,
      preserveTimestamps: true,
      verbatimSymlinks: true,
      mode: constants.COPYFILE_FICLONE,
    });
    await rm(source, { recursive: true });
  }
}

function checkName(name: string): void {
  if (name !== "" && name !== "." && name !== ".." && !/[/\0]/.test(name)) return;
  throw new ManagerError(`${JSON.stringify(name)} cannot be the name of a container's folder`, {
    code: "CONTAINER_NAME_INVALID",
    hint: "Give the name of a container, without a path.",
  });
}
