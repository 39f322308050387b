import type { Flavour } from "@lxdkit/protocol";
import { Refusal } from "../core/refusal.ts";

/**
 * The limits that `instance_type` stands for, for example `c1.5-m2`. Names of clouds, such as `t2.micro`, are unknown to
 * a server that cannot download their list.
 */
export function instanceTypeLimits(type: string, flavour: Flavour): Record<string, string> {
  if (type === "") return {};
  const limits: Record<string, string> = {};
  for (const part of type.split("-")) {
    const [, kind, text = ""] = /^([cm])(\d+(?:\.\d+)?)$/.exec(part) ?? [];
    if (kind === undefined) throw new Refusal(400, `Provided instance type doesn't exist: ${type}`);
    const amount = Number(text);
    if (kind === "m") {
      limits["limits.memory"] = `${String(Math.trunc(amount * 1024))}${flavour === "lxd" ? "MB" : "MiB"}`;
      continue;
    }
    const cores = Math.ceil(amount);
    limits["limits.cpu"] = String(cores);
    const allowance = Math.trunc((amount / cores) * 100);
    if (allowance < 100) limits["limits.cpu.allowance"] = `${String(allowance)}%`;
  }
  return limits;
}
