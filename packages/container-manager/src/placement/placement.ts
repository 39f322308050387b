import { leastLoaded, type MemberFacts, type Server } from "@lxdkit/server";
import { ManagerError } from "../manager-error.ts";
import type { ManagerHost } from "../manager-host.ts";
import type { MachineRequest } from "../machines/machine-request.ts";
import { tellNotice } from "../notice.ts";

/** Chooses members of a cluster for machines that are made together. */
export interface Placement {
  /**
   * The member for a machine; undefined on a server in no cluster, which has one place alone.
   *
   * @throws {ManagerError} `NO_MEMBER`, which says why each member does not come into question.
   */
  choose(request: MachineRequest, signal: AbortSignal | undefined): Promise<string | undefined>;
  /** Looks whether a member is off-line; from then on it is not chosen any more. */
  isAway(member: string, signal: AbortSignal | undefined): Promise<boolean>;
  /** A machine did not come to be on this member. */
  giveBack(member: string): void;
}

/** Makes a {@link Placement}. Members are read once; machines that were given a place count from then on. */
export function createPlacement(host: Pick<ManagerHost, "zonesOf" | "onNotice">, server: Server): Placement {
  const away = new Set<string>();
  const given = new Map<string, number>();
  let known: Promise<readonly MemberFacts[]> | undefined;
  const count = (member: string, change: number): void => {
    given.set(member, (given.get(member) ?? 0) + change);
  };
  const read = (signal: AbortSignal | undefined): Promise<readonly MemberFacts[]> => {
    if (known !== undefined) return known;
    const reading = server.clusterMembers({ signal });
    known = reading;
    reading.catch(() => {
      known = undefined;
    });
    return reading;
  };
  return {
    async choose({ machineId, target, constraints = {} }, signal) {
      const { zones = [], arch } = constraints;
      if (target !== undefined) return target;
      if (!server.isClustered) {
        if (zones.length > 0) {
          tellNotice(
            host.onNotice,
            "warning",
            `the server is in no cluster: the zones of machine ${machineId} are ignored`,
          );
        }
        return undefined;
      }
      const members = (await read(signal)).map((one) => ({
        ...one,
        instances: one.instances + (given.get(one.member.server_name) ?? 0),
      }));
      const isIn = ({ member }: MemberFacts): boolean =>
        zones.length === 0 || host.zonesOf(member).some((zone) => zones.includes(zone));
      const among = members.filter(isIn).map(({ member }) => member.server_name);
      const chosen = leastLoaded(members, { among, architecture: arch, exclude: [...away] });
      if (chosen === undefined) throw noMember(machineId, members, { zones, arch, among, away });
      count(chosen.member.server_name, 1);
      return chosen.member.server_name;
    },
    async isAway(member, signal) {
      const facts = await server.clusterMembers({ signal });
      const found = facts.find((one) => one.member.server_name === member);
      const isGone = found?.member.status !== "Online" || found.failure !== undefined;
      if (isGone) away.add(member);
      return isGone;
    },
    giveBack(member) {
      count(member, -1);
    },
  };
}

interface Wish {
  readonly zones: readonly string[];
  readonly arch: string | undefined;
  readonly among: readonly string[];
  readonly away: ReadonlySet<string>;
}

function noMember(machineId: string, members: readonly MemberFacts[], wish: Wish): ManagerError {
  const { zones, arch, among, away } = wish;
  const reasons = members.map(({ member, failure }) => {
    const { server_name: name, status, architecture } = member;
    if (!among.includes(name)) return `${name} is in none of the zones ${zones.join(", ")}`;
    if (status !== "Online") return `${name} is ${status}`;
    if (failure !== undefined || away.has(name)) return `${name} does not answer`;
    return arch === undefined ? `${name} takes only what is sent to it` : `${name} is ${architecture}`;
  });
  return new ManagerError(`no member of the cluster can take the machine ${machineId}: ${reasons.join("; ")}`, {
    code: "NO_MEMBER",
    step: "choose a member of the cluster",
    cause: members.find(({ failure }) => failure !== undefined)?.failure,
    hint: "Name more zones, or bring a member back.",
  });
}
