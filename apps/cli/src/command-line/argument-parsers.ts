import { InvalidArgumentError } from "@commander-js/extra-typings";
import { isInstanceName } from "@lxdkit/protocol";

/** Timers cannot run longer: 2^31 - 1 milliseconds. */
const longestSeconds = 2_147_483;

/** Gathers an option that may be given several times. */
export function collect(value: string, previous: readonly string[] | undefined): string[] {
  return [...(previous ?? []), value];
}

/** Gathers the addresses of simplestreams servers. */
export function collectSources(value: string, previous: readonly string[] | undefined): string[] {
  return collect(source(value), previous);
}

/** The address of a simplestreams server. */
export function source(value: string): string {
  if (URL.canParse(value) && value.startsWith("https://")) return value;
  throw new InvalidArgumentError("Give the https:// address of a simplestreams server.");
}

/** Gathers names of instances. */
export function collectNames(value: string, previous: readonly string[] | undefined): string[] {
  return collect(instanceName(value), previous);
}

/** The name of an instance. */
export function instanceName(value: string): string {
  // A name that one family accepts may reach the server; which family it is, is not known yet.
  if (isInstanceName(value, "incus")) return value;
  throw new InvalidArgumentError(
    "Use 1 to 63 letters, digits and hyphens, with no hyphen at either end, and not digits alone.",
  );
}

/** Gathers `key=value`. */
export function collectPairs(
  value: string,
  previous: Readonly<Record<string, string>> | undefined,
): Record<string, string> {
  const at = value.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("Write it as key=value.");
  return { ...previous, [value.slice(0, at)]: value.slice(at + 1) };
}

/** Gathers devices, `name,key=value,...`; of one name the keys of all. */
export function collectDevices(
  value: string,
  previous: Readonly<Record<string, Readonly<Record<string, string>>>> | undefined,
): Record<string, Readonly<Record<string, string>>> {
  const [name = "", ...pairs] = value.split(",");
  if (name === "" || name.includes("=") || pairs.length === 0) {
    throw new InvalidArgumentError("Write it as name,key=value,key=value.");
  }
  let device = previous?.[name];
  for (const pair of pairs) device = collectPairs(pair, device);
  return { ...previous, [name]: device ?? {} };
}

/** A member of a cluster, or a group of them. */
export function target(value: string): string {
  if (/^@?[^@\s]+$/.test(value)) return value;
  throw new InvalidArgumentError("Give the name of a member, or @ and the name of a group.");
}

/** A whole number from 1. */
export function positive(value: string): number {
  const number = wholeNumber(value);
  if (number < 1) throw new InvalidArgumentError("Give a whole number above zero.");
  return number;
}

/** A whole number from 0. */
export function wholeNumber(value: string): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(number)) {
    throw new InvalidArgumentError("Give a whole number above zero.");
  }
  if (number > longestSeconds) throw new InvalidArgumentError(`Give at most ${String(longestSeconds)}.`);
  return number;
}
