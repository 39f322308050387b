import type { ServerHost } from "../server-host.ts";
import { chooseMember, type ChooseMemberOptions } from "./choose-member.ts";
import type { MemberFacts } from "./member-load.ts";
import { readMembers } from "./read-members.ts";

/** What a server does with its cluster. */
export interface ClusterTasks {
  /**
   * The members of the cluster with their load, sorted by name. One that does not answer is there all the same.
   *
   * @throws {ServerError} `NOT_CLUSTERED`.
   */
  clusterMembers(options?: { readonly signal?: AbortSignal | undefined }): Promise<MemberFacts[]>;
  /**
   * The name of the member that has the least to bear, for the `target` of a new container: the fewest instances for
   * its memory among those that are online, answer and meet the wish. Those who choose at the same time get different
   * members: a choice counts as an instance until `createContainer` has made one there, or a minute has passed.
   *
   * @throws {ServerError} `NOT_CLUSTERED`; `NO_MEMBER`, which says why each one does not come into question.
   */
  chooseMember(options?: ChooseMemberOptions): Promise<string>;
}

/** Makes the tasks on one server's cluster. */
export function clusterTasks(host: ServerHost): ClusterTasks {
  return {
    clusterMembers: (options) => readMembers(host, options),
    chooseMember: (options) => chooseMember(host, options),
  };
}
