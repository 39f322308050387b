import type { Client } from "@lxdkit/client";
import { type ClusterMember, hasExtension } from "@lxdkit/protocol";
import { ServerError } from "../server-error.ts";
import type { ServerHost } from "../server-host.ts";
import type { MemberFacts } from "./member-load.ts";

/** A cluster notices only after some time that a member is gone; one that takes longer than this is no good place. */
const answerMs = 10_000;

/** Reads the members and their load, side by side. See {@link ClusterTasks.clusterMembers}. */
export async function readMembers(
  { client, info }: Pick<ServerHost, "client" | "info">,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<MemberFacts[]> {
  requireCluster(info);
  const [members, instances] = await Promise.all([
    client.cluster.members.list({ signal }),
    client.instances.list({ allProjects: true, signal }),
  ]);
  const load = hasExtension(info, "cluster_member_state") ? loadByState : loadByResources;
  const facts = members.map(async (member): Promise<MemberFacts> => {
    const counted = instances.filter(({ location }) => location === member.server_name).length;
    const base = { member, instances: counted, memory: undefined, load: undefined, failure: undefined };
    if (member.status !== "Online") return base;
    try {
      return { ...base, ...(await load(client, member.server_name, { signal, timeoutMs: answerMs })) };
    } catch (failure) {
      signal?.throwIfAborted();
      return { ...base, failure };
    }
  });
  return (await Promise.all(facts)).toSorted((a, b) => compare(a.member, b.member));
}

/** @throws {ServerError} `NOT_CLUSTERED`. */
function requireCluster({ environment }: ServerHost["info"]): void {
  if (environment?.server_clustered !== false) return;
  throw new ServerError("this server is in no cluster", {
    code: "NOT_CLUSTERED",
    step: "read the members of the cluster",
    hint: "Only a server of a cluster has members and groups.",
  });
}

interface Limits {
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
}

type Load = Pick<MemberFacts, "memory" | "load">;

async function loadByState(client: Client, name: string, limits: Limits): Promise<Load> {
  const { sysinfo } = await client.cluster.members.state(name, limits);
  return { memory: sysinfo.total_ram, load: sysinfo.load_averages[0] };
}

async function loadByResources(client: Client, name: string, limits: Limits): Promise<Load> {
  const { memory, load } = await client.getResources({ ...limits, target: name });
  return { memory: memory.total, load: load?.Average1Min };
}

function compare(a: ClusterMember, b: ClusterMember): number {
  return a.server_name < b.server_name ? -1 : 1;
}
