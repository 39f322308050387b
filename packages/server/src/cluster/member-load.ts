import { type ClusterMember, debianArchitecture } from "@lxdkit/protocol";

/** A member of the cluster, and what is known of its load. */
export interface MemberFacts {
  readonly member: ClusterMember;
  /** How many instances it has, running or not, of all projects that the caller may see. */
  readonly instances: number;
  /** Bytes of memory of its machine; undefined when it could not be asked. */
  readonly memory: number | undefined;
  /** Processes that want to run on its machine, the average of the last minute; undefined where servers do not tell. */
  readonly load: number | undefined;
  /** Why it could not be asked, although it counts as online. */
  readonly failure: unknown;
}

/** Which members come into question. */
export interface MemberWish {
  /** Only members of this group. */
  readonly group?: string | undefined;
  /** Only members that run this architecture, by Debian's name or the kernel's. */
  readonly architecture?: string | undefined;
  /** Only these: members are what zones are elsewhere. */
  readonly among?: readonly string[] | undefined;
  /** None of these. */
  readonly exclude?: readonly string[] | undefined;
}

/** Why an instance cannot be placed on a member, in words that follow its name; undefined when it can. */
export function obstacle({ member, failure }: MemberFacts, wish: MemberWish): string | undefined {
  const { group, architecture, among, exclude = [] } = wish;
  const scheduler = member.config["scheduler.instance"];
  if (member.status !== "Online") return `is ${member.status}`;
  if (failure !== undefined) return "does not answer";
  if (exclude.includes(member.server_name)) return "is excluded";
  if (among !== undefined && !among.includes(member.server_name)) return `is not ${among.join(" or ")}`;
  if (group !== undefined && !member.groups.includes(group)) return `is not in the group ${group}`;
  if (architecture !== undefined && debianArchitecture(member.architecture) !== debianArchitecture(architecture)) {
    return `is ${member.architecture}`;
  }
  if (scheduler === "manual" || (scheduler === "group" && group === undefined)) return "takes only what is sent to it";
  return undefined;
}

/**
 * The member that a new instance is best placed on: the one with the fewest instances for its memory, by their number
 * alone where the memory of one is not known. Among equals the one whose machine has the least to do, then the first
 * by name. Undefined when none comes into question.
 */
export function leastLoaded(members: readonly MemberFacts[], wish: MemberWish = {}): MemberFacts | undefined {
  const candidates = members.filter((one) => obstacle(one, wish) === undefined);
  const isWeighed = candidates.every(({ memory = 0 }) => memory > 0);
  const share = ({ instances, memory = 1 }: MemberFacts): number => (isWeighed ? instances / memory : instances);
  return candidates.toSorted(
    (a, b) =>
      share(a) - share(b) ||
      a.instances - b.instances ||
      (a.load ?? 0) - (b.load ?? 0) ||
      (a.member.server_name < b.member.server_name ? -1 : 1),
  )[0];
}
