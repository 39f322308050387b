import type { EnsuredProfile, Server } from "@lxdkit/server";
import type { LxdProfile } from "./lxd-profile.ts";

/** Options of {@link maybeWriteLxdProfile}. */
export interface MaybeWriteLxdProfileOptions {
  /** What happens to a profile with other content: it is changed (`update`, the default), or left alone (`report`). */
  readonly onDifference?: "update" | "report" | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Makes sure that a profile is there with this content, and tells what was different. */
export function maybeWriteLxdProfile(
  server: Server,
  name: string,
  { config = {}, description = "", devices = {} }: LxdProfile,
  options?: MaybeWriteLxdProfileOptions,
): Promise<EnsuredProfile> {
  return server.ensureProfile({ name, config, description, devices }, options);
}
