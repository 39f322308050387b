import type { ProfilesPost } from "@lxdkit/protocol";
import type { EditOptions } from "../editing/edit-resource.ts";
import type { ServerHost } from "../server-host.ts";
import { unlessMissing } from "../unless-missing.ts";
import { getContainerProfiles, replaceOrAddContainerProfile, updateContainerProfiles } from "./container-profiles.ts";
import { type EnsuredProfile, ensureProfile, type EnsureProfileOptions } from "./ensure-profile.ts";

/** What a server does with profiles. */
export interface ProfileTasks {
  /** Whether there is such a profile: `GET /1.0/profiles/{name}`. */
  hasProfile(name: string, options?: Pick<EditOptions, "signal">): Promise<boolean>;
  /** `POST /1.0/profiles`; rejects when the name is taken. */
  createProfileWithConfig(
    name: string,
    config: Readonly<Record<string, string>>,
    options?: Pick<EditOptions, "signal">,
  ): Promise<void>;
  /** Makes sure that a profile is there with this content, and tells what was different. */
  ensureProfile(profile: ProfilesPost, options?: EnsureProfileOptions): Promise<EnsuredProfile>;
  /** The profiles of a container in their order. */
  getContainerProfiles(container: string, options?: Pick<EditOptions, "signal">): Promise<readonly string[]>;
  /** Gives a container these profiles, in this order; false when it has them already and nothing was written. */
  updateContainerProfiles(container: string, profiles: readonly string[], options?: EditOptions): Promise<boolean>;
  /**
   * Puts one profile of a container in the place of another; an empty `newProfile` removes, an empty `oldProfile` adds
   * at the end. False when nothing had to be written.
   */
  replaceOrAddContainerProfile(
    container: string,
    oldProfile: string,
    newProfile: string,
    options?: EditOptions,
  ): Promise<boolean>;
}

/** Makes the tasks on one server's profiles. */
export function profileTasks(host: ServerHost): ProfileTasks {
  return {
    hasProfile: async (name, options) => (await unlessMissing(host.client.profiles.get(name, options))) !== undefined,
    createProfileWithConfig: (name, config, options) => host.client.profiles.create({ name, config }, options),
    ensureProfile: (profile, options) => ensureProfile(host, profile, options),
    getContainerProfiles: (container, options) => getContainerProfiles(host, container, options),
    updateContainerProfiles: (container, profiles, options) =>
      updateContainerProfiles(host, container, profiles, options),
    replaceOrAddContainerProfile: (container, oldProfile, newProfile, options) =>
      replaceOrAddContainerProfile(host, container, oldProfile, newProfile, options),
  };
}
