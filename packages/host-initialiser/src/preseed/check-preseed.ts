import type { Preseed } from "./preseed.ts";
import { PreseedError, type PreseedProblem } from "./preseed-error.ts";
import type { ServerState } from "./server-state.ts";

/**
 * Refuses what can be seen to fail, before anything is changed.
 *
 * @throws {PreseedError} `BAD_PRESEED`.
 */
export function checkPreseed(preseed: Preseed, state: ServerState, lineOf: (key: string) => number | undefined): void {
  const problems: PreseedProblem[] = [];
  const fail = (key: string, text: string): void => {
    problems.push({ key, line: lineOf(key) ?? lineOf(key.replace(/\.[^.\]]*$/, "")), text });
  };
  if (state.flavour === "lxd") {
    if ((preseed.storage_volumes ?? []).length > 0) fail("storage_volumes", "LXD does not know this key");
    for (const [at, { project }] of (preseed.profiles ?? []).entries()) {
      if (project !== undefined) fail(`profiles[${String(at)}].project`, "LXD does not know this key");
    }
  }
  checkPools(preseed, state, fail);
  checkNetworks(preseed, state, fail);
  checkProjects(preseed, state, fail);
  checkTwice(preseed, fail);
  if (problems.length > 0) throw new PreseedError(problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)));
}

type Fail = (key: string, text: string) => void;

function checkPools({ storage_pools: pools = [] }: Preseed, state: ServerState, fail: Fail): void {
  const usable = state.storageDrivers;
  for (const [at, { name, driver = "" }] of pools.entries()) {
    const key = `storage_pools[${String(at)}].driver`;
    const present = state.pools.find((pool) => pool.name === name);
    if (present !== undefined) {
      if (driver !== "" && driver !== present.driver) fail(key, `the pool ${name} has the driver ${present.driver}`);
    } else if (driver === "") {
      fail(key, `the new pool ${name} needs a driver`);
    } else if (usable.length > 0 && !usable.includes(driver)) {
      fail(key, `the server cannot use ${driver}, but ${[...usable].sort().join(", ")}`);
    }
  }
}

function checkNetworks({ networks = [] }: Preseed, state: ServerState, fail: Fail): void {
  for (const [at, { name, type = "", project = "default" }] of networks.entries()) {
    const key = `networks[${String(at)}]`;
    const present = state.networks.find((one) => one.managed && one.name === name && one.inProject === project);
    if (present !== undefined && type !== "" && type !== present.type) {
      fail(`${key}.type`, `the network ${name} is of the type ${present.type}`);
    }
    if (present === undefined && !state.hasNetworks) fail(key, "the server has no network API");
    // The kernel's limit on names of interfaces.
    if (present === undefined && /^(?:bridge)?$/.test(type) && name.length > 15) {
      fail(`${key}.name`, "a bridge's name has at most 15 characters");
    }
  }
}

function checkProjects(preseed: Preseed, state: ServerState, fail: Fail): void {
  const known = new Set([...state.projects, ...(preseed.projects ?? [])].map(({ name }) => name));
  const check = (key: "networks" | "profiles" | "storage_volumes"): void => {
    for (const [at, { project = "" }] of (preseed[key] ?? []).entries()) {
      if (project !== "" && !known.has(project))
        fail(`${key}[${String(at)}].project`, `there is no project ${project}`);
    }
  };
  check("networks");
  check("profiles");
  check("storage_volumes");
  const pools = new Set([...state.pools, ...(preseed.storage_pools ?? [])].map(({ name }) => name));
  for (const [at, { pool = "" }] of (preseed.storage_volumes ?? []).entries()) {
    if (!pools.has(pool)) fail(`storage_volumes[${String(at)}].pool`, `there is no pool ${pool}`);
  }
}

/** Of two objects with one name, the second would change what the first has made. */
function checkTwice(preseed: Preseed, fail: Fail): void {
  for (const key of ["networks", "storage_pools", "storage_volumes", "profiles", "projects"] as const) {
    const seen = new Set<string>();
    for (const [at, one] of (preseed[key] ?? []).entries()) {
      const { project = "default", pool = "" } = one as { readonly project?: string; readonly pool?: string };
      const id = JSON.stringify([project === "" ? "default" : project, pool, one.name]);
      if (seen.has(id)) fail(`${key}[${String(at)}].name`, `${one.name} is named twice`);
      seen.add(id);
    }
  }
}
