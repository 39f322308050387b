import type { FakeState } from "../core/fake-state.ts";
import { randomHex } from "../core/random.ts";
import type { Config } from "../core/records.ts";
import { isKnownLxc } from "./raw-lxc.ts";

/** What is wrong with an idmap that a container shall have besides its own. */
export function idmapProblem({ flavour }: Pick<FakeState, "flavour">, config: Config): string | undefined {
  for (const line of (config["raw.idmap"] ?? "").split("\n")) {
    if (line === "") continue;
    const shown = flavour === "lxd" ? ` ${JSON.stringify(line)}` : `: ${line}`;
    const [type = "", ...ranges] = line.split(" ");
    const areRanges = ranges.length === 2 && ranges.every((range) => /^\d+(?:-\d+)?$/.test(range));
    if (!areRanges) return `Invalid ID map line${shown}`;
    if (!["both", "uid", "gid"].includes(type)) return `Invalid ID map type${shown}`;
  }
  return undefined;
}

/** What LXC itself finds wrong with the configuration of a container, at the `step` that tells it. */
export function lxcProblem(state: FakeState, config: Config, step = "Initialize LXC"): string | undefined {
  const idmap = idmapProblem(state, config);
  if (idmap !== undefined) return `Failed to get ID map: ${idmap}`;
  for (const [key, value] of Object.entries(config)) {
    if (!key.startsWith("limits.kernel.") || value === "") continue;
    if (/^(?:\d+|unlimited)(?::(?:\d+|unlimited))?$/.test(value)) continue;
    return `${step}: Failed to set LXC config: lxc.prlimit.${key.slice("limits.kernel.".length)}=${value}`;
  }
  const unnamed = config["linux.sysctl."] ?? "";
  if (unnamed !== "") return `${step}: Failed to set LXC config: lxc.sysctl.=${unnamed}`;
  const next = config["volatile.idmap.next"];
  const bad = next === undefined ? undefined : idmapJsonProblem(state, next);
  if (bad !== undefined) return `${step}: ${bad}`;
  if (/^(?:true|1|yes|on)$/i.test(config["nvidia.runtime"] ?? "")) {
    return `${step}: The NVIDIA container tools couldn't be found`;
  }
  if (isKnownLxc(config["raw.lxc"] ?? "")) return undefined;
  const file = `/tmp/${state.flavour}_config_${String(Number.parseInt(randomHex(state.random, 8), 16))}`;
  return `Failed to load config file "${file}": loading config file for the container failed`;
}

/** What is wrong with the idmap that the server keeps as JSON, in the words of Go. */
function idmapJsonProblem({ flavour }: Pick<FakeState, "flavour">, text: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text === ""
      ? "unexpected end of JSON input"
      : `invalid character '${text.trim().slice(0, 1)}' looking for beginning of value`;
  }
  if (Array.isArray(value) || value === null) return undefined;
  const kind = typeof value === "boolean" ? "bool" : typeof value;
  const entry = flavour === "lxd" ? "IdmapEntry" : "Entry";
  return `json: cannot unmarshal ${kind} into Go value of type []idmap.${entry}`;
}
