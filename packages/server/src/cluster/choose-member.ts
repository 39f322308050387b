import { ServerError } from "../server-error.ts";
import type { ServerHost } from "../server-host.ts";
import { leastLoaded, type MemberFacts, type MemberWish, obstacle } from "./member-load.ts";
import { readMembers } from "./read-members.ts";

/** Options of {@link chooseMember}. */
export interface ChooseMemberOptions extends MemberWish {
  readonly signal?: AbortSignal | undefined;
}

/** Chooses the least loaded member that comes into question. See {@link ClusterTasks.chooseMember}. */
export async function chooseMember(
  host: Pick<ServerHost, "client" | "info">,
  { signal, ...wish }: ChooseMemberOptions = {},
): Promise<string> {
  const members = await readMembers(host, { signal });
  const chosen = leastLoaded(members, wish);
  if (chosen === undefined) throw noMember(members, wish);
  return chosen.member.server_name;
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
