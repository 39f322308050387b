import type { Tagged } from "@lxdkit/client";
import type { Profile, ProfilePut } from "@lxdkit/protocol";
import { type EditOptions, editResource } from "../editing/edit-resource.ts";
import type { ServerHost } from "../server-host.ts";

/** Options of {@link editProfile}. */
export interface EditProfileOptions extends EditOptions {
  /** The profile as the caller has just read it, which saves the first reading. */
  readonly seen?: Tagged<Profile> | undefined;
}

/**
 * Changes a profile as it stands, by its ETag: `change` gives the fields that are to be different, or undefined for
 * none. Gives whether anything was written.
 */
export function editProfile(
  { client }: Pick<ServerHost, "client">,
  name: string,
  change: (profile: Profile) => ProfilePut | undefined,
  { seen, ...options }: EditProfileOptions = {},
): Promise<boolean> {
  let known = seen;
  return editResource<Profile, ProfilePut>(
    {
      async read(readOptions) {
        const read = known ?? (await client.profiles.get(name, readOptions));
        known = undefined;
        return read;
      },
      change(profile) {
        const fields = change(profile);
        const { description, config, devices } = profile;
        return fields && { description, config, devices, ...fields };
      },
      write: (body, writeOptions) => client.profiles.update(name, body, writeOptions),
    },
    options,
  );
}
