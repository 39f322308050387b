import { ManagerError } from "../manager-error.ts";

/** What the names of profiles of applications begin with: `juju-<model>-<application>-<revision>`. */
const start = "juju-";
/** The shortest rest of a name: `m-a-1`. */
const shortestRest = 5;

/** Says whether a name is one of a profile that was made for an application, for example `juju-model-app-3`. */
export function isLxdProfileName(name: string): boolean {
  if (!name.startsWith(start)) return false;
  const rest = name.slice(start.length);
  return rest.length >= shortestRest && /-\d+$/.test(rest);
}

/**
 * The revision in the name of an application's profile.
 *
 * @throws {ManagerError} `PROFILE_NAME_INVALID`.
 */
export function lxdProfileRevision(name: string): number {
  requireName(name);
  return Number(name.slice(name.lastIndexOf("-") + 1));
}

/**
 * The name of an application's profile with another revision.
 *
 * @throws {ManagerError} `PROFILE_NAME_INVALID`.
 */
export function lxdProfileReplaceRevision(name: string, revision: number): string {
  requireName(name);
  return name.slice(0, name.lastIndexOf("-") + 1) + String(revision);
}

/**
 * The name among these of the profile of an application's revision; undefined when there is none.
 *
 * @throws {ManagerError} `APPLICATION_NAME_EMPTY`.
 */
export function matchLxdProfileName(
  names: readonly string[],
  application: string,
  revision: number,
): string | undefined {
  if (application === "") {
    throw new ManagerError("the name of the application is empty", { code: "APPLICATION_NAME_EMPTY" });
  }
  return filterLxdProfileNames(names).find((name) => name.endsWith(`-${application}-${String(revision)}`));
}

/** Those of the names that are of applications' profiles, each once, in the order in which they come last. */
export function filterLxdProfileNames(names: readonly string[]): string[] {
  return [...new Set(names.filter(isLxdProfileName).toReversed())].toReversed();
}

function requireName(name: string): void {
  if (isLxdProfileName(name)) return;
  throw new ManagerError(`not a juju profile name: ${JSON.stringify(name)}`, {
    code: "PROFILE_NAME_INVALID",
    hint: "Names of applications' profiles are juju-<model>-<application>-<revision>.",
  });
}
