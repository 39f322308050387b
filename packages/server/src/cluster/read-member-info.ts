import type { Client } from "@lxdkit/client";
import { LxdkitError, type ServerInfo } from "@lxdkit/protocol";
import { isNotFound } from "@lxdkit/transport";
import { errorText, ServerError } from "../server-error.ts";

/**
 * `GET /1.0` of one member of the cluster.
 *
 * @throws {ServerError} `MEMBER_NOT_FOUND` for a member that there is not, `MEMBER_UNREACHABLE` for one that does not
 * answer; the cause has the server's own words.
 */
export async function readMemberInfo(
  client: Client,
  member: string,
  signal: AbortSignal | undefined,
): Promise<ServerInfo> {
  try {
    return (await client.getServer({ target: member, signal })).value;
  } catch (cause) {
    signal?.throwIfAborted();
    if (!LxdkitError.is(cause) || !("status" in cause)) throw cause;
    const code = isNotFound(cause) ? "MEMBER_NOT_FOUND" : "MEMBER_UNREACHABLE";
    throw new ServerError(`cannot use the member ${member}: ${errorText(cause)}`, {
      code,
      cause,
      step: `use the member ${member}`,
      hint: "See the members of the cluster and their status.",
    });
  }
}
