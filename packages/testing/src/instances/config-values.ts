import { parseDocument } from "yaml";
import { byteSize, integer, type ValueRule } from "../core/config-rules.ts";

// Values that only the configuration of instances has; texts measured on LXD 5.0.2 and Incus 6.0.4.

/** Says the same of every value that is not right. */
const notValid = (value: string): string => `${JSON.stringify(value)} isn't a valid value`;

/** One rule or another. */
export function either(...rules: readonly ValueRule[]): ValueRule {
  return (value) => (rules.some((rule) => rule(value) === undefined) ? undefined : notValid(value));
}

/** A whole number from 0 to 10. */
export const priority: ValueRule = (value) => {
  const problem = integer(value);
  if (problem !== undefined) return problem;
  const isIn = Number(value) >= 0 && Number(value) <= 10;
  return isIn ? undefined : `Invalid value for a limit ${JSON.stringify(value)}. Must be between 0 and 10`;
};

/** A share of the machine's memory, or a size. */
export const memory: ValueRule = (value) => {
  const share = value.endsWith("%") ? value.slice(0, -1) : undefined;
  if (share !== undefined && integer(share) !== undefined) {
    return `strconv.ParseInt: parsing "${share}": invalid syntax`;
  }
  const problem = share === undefined ? byteSize(value) : undefined;
  if (problem !== undefined) return problem;
  return Number.parseInt(value, 10) === 0 ? `Memory limit can't be ${share === undefined ? "0" : "0%"}` : undefined;
};

const cpuset = /^\d+(-\d+)?(,\d+(-\d+)?)*$/;
const tooMany = 2n ** 63n;

/** A number of CPUs or a list of them. */
export function cpus(options: { readonly hasZero: boolean }): ValueRule {
  return (value) => {
    if (!cpuset.test(value)) return "Invalid CPU limit syntax";
    const isBad = (!options.hasZero && value === "0") || (/^\d+$/.test(value) && BigInt(value) >= tooMany);
    return isBad ? `Invalid cpuset value: ${value}` : undefined;
  };
}

/** A list of NUMA nodes. */
export const nodes: ValueRule = (value) => (cpuset.test(value) && !/\d{19}/.test(value) ? undefined : notValid(value));

/** A share of the time of a CPU, soft (`50%`) or hard (`25ms/100ms`). */
export const allowance: ValueRule = (value) => {
  const numbers = value.endsWith("%") ? [value.slice(0, -1)] : value.split("/");
  if (!value.endsWith("%") && numbers.length !== 2) return `Invalid allowance: ${value}`;
  for (const text of numbers) {
    const number = value.endsWith("%") ? text : text.replace(/ms$/, "");
    if (!/^[+-]?\d+$/.test(number)) return `strconv.Atoi: parsing ${JSON.stringify(number)}: invalid syntax`;
  }
  return undefined;
};

/** From now until something is thrown away, such as `1d` or `2w 3H`. */
export const expiry: ValueRule = (value) =>
  /^\d+[SMHdwmy](?: \d+[SMHdwmy])*$/.test(value) ? undefined : "Invalid expiry expression";

/** One line of text. */
export const environment: ValueRule = (value) =>
  value.includes("\n") ? "Environment variables cannot contain line breaks" : undefined;

/** A UUID. */
export const uuid: ValueRule = (value) =>
  /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/.test(value) ? undefined : "Invalid UUID";

/** A YAML map. */
export const yamlMap: ValueRule = (value) => {
  if (/^\s*[@`%]/.test(value)) return "yaml: found character that cannot start any token";
  if (/^\s*[*&](?:\s|$)/.test(value)) return "yaml: did not find expected alphabetic or numeric character";
  const document = parseDocument(value, { schema: "core" });
  const [error] = document.errors;
  if (error?.code === "BLOCK_AS_IMPLICIT_KEY") return "yaml: mapping values are not allowed in this context";
  if (error !== undefined) {
    const line = String(error.linePos?.[0].line ?? 1);
    return `yaml: line ${line}: did not find expected ',' or '${value.includes("[") ? "]" : "}"}'`;
  }
  const found: unknown = document.toJS();
  if (found === null || (typeof found === "object" && !Array.isArray(found))) return undefined;
  const tag = Array.isArray(found) ? "seq" : scalarTag(found, value.trim());
  const text = value.trim().replaceAll("\n", " ");
  const shown = Array.isArray(found) ? "" : ` \`${text.length > 10 ? `${text.slice(0, 7)}...` : text}\``;
  return `yaml: unmarshal errors:\n  line 1: cannot unmarshal !!${tag}${shown} into struct {}`;
};

function scalarTag(found: unknown, text: string): string {
  if (typeof found === "boolean" || /^(?:y|yes|on|n|no|off)$/i.test(text)) return "bool";
  if (typeof found !== "number") return "str";
  return Number.isInteger(found) && Math.abs(found) < 2 ** 64 ? "int" : "float";
}
