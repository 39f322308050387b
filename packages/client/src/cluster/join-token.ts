import { formatJoinToken } from "@lxdkit/certificates";
import { hideSecret, readIssuedToken } from "../issued-token.ts";
import type { OperationHandle } from "../operation-handle.ts";

/** A token with which one server can join the cluster, once. */
export interface CreatedJoinToken {
  /** The text that the joining server is given. Secret: neither `util.inspect` nor `JSON.stringify` shows it. */
  readonly token: string;
  /** The name that the member will have. */
  readonly serverName: string;
  readonly expiresAt: Date | undefined;
  /** Stands for the token: cancelling it revokes the token. It also ends as cancelled when the token was used. */
  readonly operation: OperationHandle;
}

/** Reads the token out of the operation that stands for it. */
export function createdJoinToken(operation: OperationHandle): CreatedJoinToken {
  const issued = readIssuedToken(operation.operation, "POST /1.0/cluster/members");
  const known = { serverName: issued.serverName ?? "", expiresAt: issued.expiresAt };
  const token = formatJoinToken({ ...issued, serverName: known.serverName });
  return hideSecret({ ...known, token, operation }, { ...known, token: "[secret]" });
}
