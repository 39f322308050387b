import { type DataProblem, refuseProblems } from "../cloud-init-data-error.ts";
import { isMap, type YamlMap } from "../yaml/read-yaml.ts";
import { checkCommands } from "./check-commands.ts";
import { checkFiles } from "./check-files.ts";
import { checkKeys, checkUsers } from "./check-users.ts";
import { type Check, listOf, textLike } from "./check-values.ts";

const isHostName =
  /^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*\.?$/;

const checks: Readonly<Record<string, Check>> = {
  hostname: textLike(isHostName, "is no host name", "Use letters, digits and dashes."),
  fqdn: textLike(isHostName, "is no domain name", "Use letters, digits, dashes and dots."),
  timezone: textLike(
    /^[A-Za-z][\w+/-]*$/,
    "is no name of a time zone",
    "Name it as /usr/share/zoneinfo does: Europe/Berlin.",
  ),
  locale: (value, path) =>
    value === false ? [] : textLike(/^\S+$/, "is no locale", "For example C.UTF-8.")(value, path),
  users: checkUsers,
  ssh_authorized_keys: checkKeys,
  packages: listOf(checkPackage),
  package_update: truth,
  package_upgrade: truth,
  package_reboot_if_required: truth,
  preserve_hostname: truth,
  write_files: checkFiles,
  bootcmd: checkCommands,
  runcmd: checkCommands,
};

/**
 * Checks the keys that this package knows, and that every value can be written. What other modules of cloud-init read
 * is handed on as it is.
 *
 * @throws {CloudInitDataError} `CLOUD_CONFIG_INVALID` with all problems.
 */
export function checkCloudConfig(config: YamlMap, what: string): void {
  const problems = Object.entries(config).flatMap(([key, value]) => {
    const unwritable = checkValues(value, key);
    if (unwritable.length > 0 || value === null || value === undefined) return unwritable;
    return Object.hasOwn(checks, key) ? (checks[key]?.(value, key) ?? []) : [];
  });
  refuseProblems(what, "CLOUD_CONFIG_INVALID", problems);
}

/** What JSON has, and nothing else. */
function checkValues(value: unknown, path: string): DataProblem[] {
  if (value === null || value === undefined || ["string", "boolean"].includes(typeof value)) return [];
  if (typeof value === "number") {
    // PyYAML reads 1e-7 as text, and larger numbers lose digits here.
    if (/^-?\d{1,16}(?:\.\d+)?$/.test(String(value)) && Math.abs(value) <= Number.MAX_SAFE_INTEGER) return [];
    return [{ path, message: "is no number that can be written", hint: "Write it as text, in quotes." }];
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => checkValues(item, `${path}[${String(index)}]`));
  const prototype: unknown = typeof value === "object" ? Object.getPrototypeOf(value) : undefined;
  if (!isMap(value) || (prototype !== null && prototype !== Object.prototype)) {
    return [
      { path, message: "is neither text, number, list nor map", hint: "Give bytes as base64 with encoding: b64." },
    ];
  }
  return Object.entries(value).flatMap(([key, item]) => checkValues(item, `${path}.${key}`));
}

function truth(value: unknown, path: string): DataProblem[] {
  return typeof value === "boolean" ? [] : [{ path, message: "is neither true nor false" }];
}

function checkPackage(value: unknown, path: string): DataProblem[] {
  // Newer versions of cloud-init take maps of lists, by the program that installs them.
  if (isMap(value)) return [];
  const words: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (words.length < 1 || words.length > 2 || words.some((word) => typeof word !== "string" || !/^\S+$/.test(word))) {
    const hint = "Write a name, or [name, version]; versions such as 1.10 belong in quotes.";
    return [{ path, message: "is no name of a package", hint }];
  }
  return [];
}
