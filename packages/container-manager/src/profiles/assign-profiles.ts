import type { Server } from "@lxdkit/server";
import { isNotFound } from "@lxdkit/transport";
import { errorText, ManagerError } from "../manager-error.ts";
import type { LxdProfilePost } from "./lxd-profile.ts";
import { maybeWriteLxdProfile, type MaybeWriteLxdProfileOptions } from "./write-profile.ts";

/** What {@link assignLxdProfiles} did. */
export interface AssignedLxdProfiles {
  /** The profiles that the container has now, in their order. */
  readonly profiles: readonly string[];
  /** Profiles that were to be deleted and are still there, for example because others use them. */
  readonly notDeleted: readonly { readonly name: string; readonly error: unknown }[];
}

/** Profiles could not be assigned. Its code is `PROFILES_NOT_ASSIGNED`; `profiles` are those of the container. */
export class ProfilesNotAssignedError extends ManagerError {
  override readonly name: string = "ProfilesNotAssignedError";
  /** Undefined when they could not be read either. */
  readonly profiles: readonly string[] | undefined;

  constructor(container: string, profiles: readonly string[] | undefined, cause: unknown) {
    super(`cannot assign profiles to ${container}: ${errorText(cause)}`, {
      code: "PROFILES_NOT_ASSIGNED",
      cause,
      step: `assign profiles to ${container}`,
    });
    this.profiles = profiles;
  }
}

/**
 * Writes the profiles of the posts that have content, gives the container these profiles, deletes those of the posts
 * without content, and reads what the container has then.
 *
 * @throws {ProfilesNotAssignedError} `PROFILES_NOT_ASSIGNED` when a step before the deletions fails, or the last reading.
 */
export async function assignLxdProfiles(
  server: Server,
  container: string,
  names: readonly string[],
  posts: readonly LxdProfilePost[],
  options: MaybeWriteLxdProfileOptions = {},
): Promise<AssignedLxdProfiles> {
  const { signal } = options;
  const read = (): Promise<readonly string[]> => server.getContainerProfiles(container, { signal });
  try {
    for (const { name, profile } of posts) {
      if (profile !== undefined) await maybeWriteLxdProfile(server, name, profile, options);
    }
    await server.updateContainerProfiles(container, names, { signal });
  } catch (cause) {
    signal?.throwIfAborted();
    throw new ProfilesNotAssignedError(container, await read().catch(() => undefined), cause);
  }
  const notDeleted: { name: string; error: unknown }[] = [];
  for (const { name, profile } of posts) {
    if (profile !== undefined) continue;
    try {
      await server.client.profiles.delete(name, { signal });
    } catch (error) {
      signal?.throwIfAborted();
      if (!isNotFound(error)) notDeleted.push({ name, error });
    }
  }
  try {
    return { profiles: await read(), notDeleted };
  } catch (cause) {
    signal?.throwIfAborted();
    throw new ProfilesNotAssignedError(container, undefined, cause);
  }
}
