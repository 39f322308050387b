import { isIP } from "node:net";
import type { Flavour } from "@lxdkit/protocol";
import { type JsonObject, textField } from "../core/json-body.ts";
import type { Config } from "../core/records.ts";
import { Refusal } from "../core/refusal.ts";

/** The fields of a rule in the order in which servers show them; empty ones are left out. */
const fields = [
  ...["action", "source", "destination", "protocol", "source_port", "destination_port"],
  ...["icmp_type", "icmp_code", "description", "state"],
];

/** The rules for one direction; refuses those that make no sense. */
export function aclRules(flavour: Flavour, body: JsonObject, direction: "ingress" | "egress"): readonly Config[] {
  const rules = Array.isArray(body[direction]) ? (body[direction] as readonly JsonObject[]) : [];
  return rules.map((sent, index) => {
    const rule = Object.fromEntries(
      fields.flatMap((field) => (textField(sent, field) === "" ? [] : [[field, textField(sent, field)]])),
    ) as Config;
    const problem = ruleProblem(flavour, rule);
    if (problem === undefined) return rule;
    throw new Refusal(500, `Invalid ${direction} rule ${String(index)}: ${problem}`);
  });
}

function ruleProblem(flavour: Flavour, rule: Config): string | undefined {
  const actions = flavour === "lxd" ? ["allow", "drop", "reject"] : ["allow", "allow-stateless", "drop", "reject"];
  return (
    notOneOf("Action", rule["action"] ?? "", actions) ??
    notOneOf("State", rule["state"] ?? "", ["enabled", "disabled", "logged"]) ??
    (rule["protocol"] === undefined
      ? undefined
      : notOneOf("Protocol", rule["protocol"], ["icmp4", "icmp6", "tcp", "udp"])) ??
    badSubject("Source", rule["source"]) ??
    badSubject("Destination", rule["destination"]) ??
    trafficProblem(rule)
  );
}

/** Ports belong to TCP and UDP, types and codes to ICMP, and addresses to their version of it. */
function trafficProblem(rule: Config): string | undefined {
  const { protocol } = rule;
  const isIcmp = protocol?.startsWith("icmp") === true;
  for (const [key, what] of [
    ["source_port", "Source port"],
    ["destination_port", "Destination port"],
  ] as const) {
    if (rule[key] === undefined) continue;
    if (protocol === undefined) return `${what} cannot be used without specifying protocol`;
    if (isIcmp) return `${what} cannot be used with "${protocol}" protocol`;
    const problem = portsProblem(rule[key]);
    if (problem !== undefined) return `Invalid ${what}: ${problem}`;
  }
  for (const [key, what] of [
    ["icmp_type", "ICMP type"],
    ["icmp_code", "ICMP code"],
  ] as const) {
    const value = rule[key];
    if (value === undefined) continue;
    if (protocol === undefined) return `${what} cannot be used without specifying protocol`;
    if (!isIcmp) return `${what} cannot be used with non-ICMP protocol`;
    if (!/^\d+$/.test(value) || Number(value) > 255) {
      return `Invalid ${what}: Invalid value for an integer "${value}". Must be between 0 and 255`;
    }
  }
  return isIcmp ? versionProblem(rule, protocol) : undefined;
}

function portsProblem(ports: string): string | undefined {
  for (const range of ports.split(",")) {
    const numbers = range.trim().split("-");
    const bad = numbers.find((number) => !/^\d+$/.test(number));
    if (bad !== undefined) return `Invalid port number "${bad}"`;
    const [start = "", end = start] = numbers;
    if (Number(end) < Number(start)) return `Start port ${start} must be lower than end port ${end}`;
  }
  return undefined;
}

function versionProblem(rule: Config, protocol: string): string | undefined {
  const other = protocol === "icmp4" ? 6 : 4;
  for (const key of ["source", "destination"] as const) {
    const addresses = (rule[key] ?? "").split(/[,-]/).map((address) => address.trim().replace(/\/\d+$/, ""));
    if (addresses.some((address) => isIP(address) === other)) {
      return `Cannot use IPv${String(other)} ${key} addresses with "${protocol}" protocol`;
    }
  }
  return undefined;
}

function notOneOf(what: string, value: string, allowed: readonly string[]): string | undefined {
  return allowed.includes(value) ? undefined : `${what} must be one of: ${allowed.join(", ")}`;
}

/** A subject is an address, a subnet, a range, or the name of an ACL or of a network. */
function badSubject(what: string, list = ""): string | undefined {
  const bad = list
    .split(",")
    .map((subject) => subject.trim())
    .find((subject) => subject !== "" && !isSubject(subject));
  return bad === undefined ? undefined : `Invalid ${what}: Invalid subject "${bad}"`;
}

function isSubject(subject: string): boolean {
  const addresses = subject.split("-");
  if (addresses.every((address) => isIP(address) !== 0)) return true;
  if (isIP(subject.replace(/\/\d+$/, "")) !== 0) return true;
  return /^[@#]?[A-Za-z0-9/_.-]+$/.test(subject);
}
