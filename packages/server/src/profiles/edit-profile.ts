import type { Tagged } from "@lxdkit/client";
import type { Profile, ProfilePut } from "@lxdkit/protocol";
import { editInTurn } from "../editing/edit-in-turn.ts";
import type { EditOptions } from "../editing/edit-resource.ts";
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
  host: Pick<ServerHost, "client" | "edits">,
  name: string,
  change: (profile: Profile) => ProfilePut | undefined,
  { seen, ...options }: EditProfileOptions = {},
): Promise<boolean> {
  let known = seen;
  const { profiles } = host.client;
  return editInTurn<Profile, ProfilePut>(
    host,
    `profile ${name}`,
    {
      async read(readOptions) {
        const read = known ?? (await profiles.get(name, readOptions));
        known = undefined;
        return read;
      },
      change(profile) {
        const fields = change(profile);
        const { description, config, devices } = profile;
        return fields && { description, config, devices, ...fields };
      },
      write: (body, writeOptions) => profiles.update(name, body, writeOptions),
    },
    options,
  );
}
