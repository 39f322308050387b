import { ServerError } from "../server-error.ts";
import type { ServerHost } from "../server-host.ts";
import { leastLoaded, type MemberFacts, type MemberWish, obstacle } from "./member-load.ts";
import { readMembers } from "./read-members.ts";

/** Options of {@link chooseMember}. */
export interface ChooseMemberOptions extends MemberWish {
  readonly signal?: AbortSignal | undefined;
}

/** Chooses the least loaded member that comes into question, and notes it. See {@link ClusterTasks.chooseMember}. */
export async function chooseMember(
  host: Pick<ServerHost, "client" | "info" | "placements">,
  { signal, ...wish }: ChooseMemberOptions = {},
): Promise<string> {
  const { placements } = host;
  const moment = placements.moment();
  const members = await readMembers(host, { signal });
  const expected = members.map((one) => {
    return { ...one, instances: one.instances + placements.count(one.member.server_name, moment) };
  });
  const chosen = leastLoaded(expected, wish);
  if (chosen === undefined) throw noMember(members, wish);
  const { server_name: name } = chosen.member;
  placements.add(name);
  return name;
}

function noMember(members: readonly MemberFacts[], wish: MemberWish): ServerError {
  const reasons = members.map((one) => `${one.member.server_name} ${obstacle(one, wish) ?? ""}`);
  return new ServerError(`no member of the cluster can take an instance: ${reasons.join("; ")}`, {
    code: "NO_MEMBER",
    step: "choose a member of the cluster",
    cause: members.find(({ failure }) => failure !== undefined)?.failure,
    hint: "Ask for less, or bring a member back.",
  });
}
