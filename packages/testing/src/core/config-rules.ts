import { parseByteSize } from "@lxdkit/protocol";
import type { Config } from "./records.ts";

/** Says what is wrong with a value, in the servers' own words; undefined when it is fine. */
export type ValueRule = (value: string) => string | undefined;

/** The keys that a kind of object knows, each with its rule; a key that ends in `*` stands for all that begin so. */
export type ConfigRules = Readonly<Record<string, ValueRule>>;

/** Any text. */
export const anyText: ValueRule = () => undefined;

/** True or false in one of the spellings that servers take. */
export const boolean: ValueRule = (value) =>
  /^(?:true|false|1|0|yes|no|on|off)$/i.test(value)
    ? undefined
    : `Invalid value for a boolean ${JSON.stringify(value)}`;

/** A whole number. */
export const integer: ValueRule = (value) =>
  /^[+-]?\d+$/.test(value) && isInt64(value) ? undefined : `Invalid value for an integer ${JSON.stringify(value)}`;

/** A whole number of 32 bits that is not negative. */
export const uint32: ValueRule = (value) => {
  const isNumber = /^\d+$/.test(value);
  if (isNumber && BigInt(value) < 2n ** 32n) return undefined;
  const reason = isNumber ? "value out of range" : "invalid syntax";
  const quoted = JSON.stringify(value);
  return `Invalid value for uint32 ${quoted}: strconv.ParseUint: parsing ${quoted}: ${reason}`;
};

/** A number of bytes, such as `10GiB`. */
export const byteSize: ValueRule = (value) => {
  try {
    parseByteSize(value);
    return undefined;
  } catch {
    return /^\d+$/.test(value) ? `Invalid integer: ${value}` : `Invalid value: ${value}`;
  }
};

function isInt64(value: string): boolean {
  return BigInt.asIntN(64, BigInt(value.replace("+", ""))) === BigInt(value.replace("+", ""));
}

/** One of `values`. */
export function oneOf(...values: readonly string[]): ValueRule {
  return (value) =>
    values.includes(value) ? undefined : `Invalid value ${JSON.stringify(value)} (not one of [${values.join(" ")}])`;
}

/** What may be wrong with one key. */
export type ConfigProblem =
  | { readonly kind: "unknown"; readonly key: string }
  | { readonly kind: "invalid"; readonly key: string; readonly reason: string };

/** The first thing that is wrong with `config`; an empty value is always fine, and so are the keys of users. */
export function configProblem(config: Config, rules: ConfigRules): ConfigProblem | undefined {
  for (const [key, value] of Object.entries(config)) {
    if (key.startsWith("user.")) continue;
    const rule = ruleOf(rules, key);
    if (rule === undefined) return { kind: "unknown", key };
    const reason = value === "" ? undefined : rule(value);
    if (reason !== undefined) return { kind: "invalid", key, reason };
  }
  return undefined;
}

function ruleOf(rules: ConfigRules, key: string): ValueRule | undefined {
  if (Object.hasOwn(rules, key)) return rules[key];
  const pattern = Object.keys(rules).find((rule) => rule.endsWith("*") && key.startsWith(rule.slice(0, -1)));
  return pattern === undefined ? undefined : rules[pattern];
}

/** A copy without the keys whose value is empty, sorted as Go writes maps. */
export function cleanConfig(config: Config): Config {
  const kept = Object.entries(config).filter(([, value]) => value !== "");
  return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
}
