import { isNicOfKind } from "./suitable-nic.ts";
import type { HostFacts } from "../host/host-facts.ts";
import type { ServerState } from "../preseed/server-state.ts";

/** Something that is wrong with a host, or may be in the way. */
export interface Finding {
  /** Stable name, for example `no-root-disk`. */
  readonly id: string;
  /** `error`: containers do not start, or have no network. `warning`: they may not. */
  readonly severity: "error" | "warning";
  /** What is wrong, for people. */
  readonly problem: string;
  /** The command that mends it. */
  readonly command: string;
}

/**
 * What is wrong with a host, the likeliest reason of trouble first: no server, one that does not answer or may not be
 * used, no storage, no network, then the kernel. Pure; empty when nothing is.
 */
export function diagnoseHost(facts: HostFacts): readonly Finding[] {
  return [
    ...serverFindings(facts),
    ...(facts.server === undefined ? [] : stateFindings(facts.server)),
    ...kernelFindings(facts),
  ];
}

function serverFindings({ server, serverProblem, socketPath, packages, snap, hasSystemd }: HostFacts): Finding[] {
  if (server !== undefined) return [];
  if (serverProblem?.code === "SOCKET_FORBIDDEN") {
    const group = /incus/.test(socketPath) ? "incus-admin" : "lxd";
    return [error("socket-forbidden", serverProblem.message, `sudo usermod -aG ${group} "$USER" && newgrp ${group}`)];
  }
  const isIncus = "incus" in packages.installed || "incus-base" in packages.installed;
  if (snap !== undefined) {
    return [error("server-away", `the snap lxd ${snap.version} does not answer`, "sudo snap restart lxd.daemon")];
  }
  if (isIncus || "lxd" in packages.installed || serverProblem !== undefined) {
    const name = isIncus || /incus/.test(socketPath) ? "incus" : "lxd";
    const told = serverProblem === undefined ? "it has no socket" : serverProblem.message;
    const start = hasSystemd ? `sudo systemctl start ${name}` : `sudo lxdkit init --flavour ${name}`;
    return [error("server-away", `the server is installed and does not answer: ${told}`, start)];
  }
  return [error("no-server", "neither LXD nor Incus is installed on this host", "sudo lxdkit init")];
}

function stateFindings(state: ServerState): Finding[] {
  const client = state.flavour === "incus" ? "incus" : "lxc";
  const profile = state.profiles.find(({ name, inProject }) => name === "default" && inProject === "default");
  const devices = Object.entries(profile?.devices ?? {});
  const root = devices.find(([, { path }]) => path === "/")?.[1];
  const nics = devices.filter(([, { type }]) => type === "nic");
  const findings: Finding[] = [];
  const pool = state.pools.find(({ name }) => name === root?.["pool"]);
  if (state.hasStorage && state.pools.length === 0) {
    findings.push(error("no-storage-pool", "the server has no storage pool", "lxdkit init"));
  } else if (root === undefined) {
    findings.push(error("no-root-disk", "the default profile has no root disk", "lxdkit init"));
  } else if (root["pool"] !== undefined && pool === undefined) {
    const problem = `the root disk of the default profile is in the pool ${root["pool"]}, which is not there`;
    findings.push(error("pool-missing", problem, `${client} profile edit default`));
  } else if (pool !== undefined && pool.status !== "Created" && pool.status !== "") {
    const problem = `the storage pool ${pool.name} is ${pool.status}`;
    findings.push(error("pool-not-ready", problem, `${client} storage show ${pool.name}`));
  }
  if (nics.length === 0) {
    findings.push(error("no-nic", "the default profile has no network", "lxdkit init"));
  } else if (state.hasNetworks && !nics.some(([, nic]) => isNicOfKind(nic, state))) {
    const names = nics.map(([name]) => name).join(", ");
    const problem = `no network of the default profile is a bridge or macvlan (${names})`;
    findings.push(
      warning("nic-unsuitable", problem, `${client} profile device remove default ${names} && lxdkit init`),
    );
  }
  for (const [, nic] of nics) {
    const network = state.networks.find(({ name, managed }) => managed && name === (nic["network"] ?? nic["parent"]));
    const address = network?.config["ipv4.address"] ?? "";
    if (network?.type === "bridge" && (address === "" || address === "none")) {
      const problem = `the bridge ${network.name} gives no IPv4 addresses`;
      findings.push(warning("bridge-without-ipv4", problem, `${client} network set ${network.name} ipv4.address auto`));
    }
  }
  return findings;
}

function kernelFindings({ kernel, container, snap, server, packages }: HostFacts): Finding[] {
  const findings: Finding[] = [];
  if (!kernel.hasUserNamespaces) {
    const command = "sudo sysctl user.max_user_namespaces=15000";
    findings.push(error("no-user-namespaces", "the kernel lets nobody make user namespaces", command));
  }
  const isOfPackage = snap === undefined && (server !== undefined || Object.keys(packages.installed).length > 0);
  if (isOfPackage && !kernel.hasIdRanges) {
    const command = "echo root:1000000:1000000000 | sudo tee -a /etc/subuid /etc/subgid";
    findings.push(
      warning("no-id-ranges", "root has no ids to give to containers in /etc/subuid and /etc/subgid", command),
    );
  }
  if (kernel.cgroups === "") {
    const command = "sudo mount -t cgroup2 cgroup2 /sys/fs/cgroup";
    findings.push(warning("no-cgroups", "no control groups are mounted", command));
  }
  if (container !== "") {
    const problem = `this host is itself a container (${container}), which has to allow nesting`;
    findings.push(
      warning("in-a-container", problem, "lxc config set NAME security.nesting true # on the host outside"),
    );
  }
  return findings;
}

function error(id: string, problem: string, command: string): Finding {
  return { id, severity: "error", problem, command };
}

function warning(id: string, problem: string, command: string): Finding {
  return { id, severity: "warning", problem, command };
}
