import { isAway } from "@lxdkit/client";
import { LxdkitError } from "@lxdkit/protocol";
import type { ApiError } from "@lxdkit/transport";

/**
 * Says whether a failure of a reading may be over soon: the server is away, hangs, or cannot do now what it can do.
 * Members of a cluster answer 500 for one that is away, servers that start also for what they have not loaded yet.
 */
export function mayPass(error: unknown): boolean {
  if (isAway(error)) return true;
  if (!LxdkitError.is(error)) return false;
  const { code, status = 0 } = error as Partial<ApiError>;
  return code === "TIMEOUT" || (status >= 500 && status !== 501);
}
