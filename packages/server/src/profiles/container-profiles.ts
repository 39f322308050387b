import { editContainer } from "../containers/edit-container.ts";
import type { EditOptions } from "../editing/edit-resource.ts";
import type { ServerHost } from "../server-host.ts";

/** The profiles of a container in their order, later ones override earlier ones: `GET /1.0/instances/{name}`. */
export async function getContainerProfiles(
  { client }: Pick<ServerHost, "client">,
  name: string,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<readonly string[]> {
  return (await client.instances.get(name, options)).value.profiles;
}

/**
 * Gives a container these profiles, in this order, instead of those that it has. Nothing is written when it has them
 * already. Gives whether anything was.
 *
 * @throws {ApiError} when there is no such profile.
 */
export function updateContainerProfiles(
  host: Pick<ServerHost, "client">,
  name: string,
  profiles: readonly string[],
  options?: EditOptions,
): Promise<boolean> {
  return editContainer(host, name, (present) => changed(present.profiles, profiles), options);
}

/**
 * Puts a profile of a container in the place of another one: `newProfile` where `oldProfile` is. An empty
 * `newProfile` removes the old one; an empty `oldProfile` puts the new one at the end, unless it is there already. Nothing
 * is written when the container does not have the old profile. Gives whether anything was.
 */
export function replaceOrAddContainerProfile(
  host: Pick<ServerHost, "client">,
  name: string,
  oldProfile: string,
  newProfile: string,
  options?: EditOptions,
): Promise<boolean> {
  return editContainer(
    host,
    name,
    ({ profiles }) => changed(profiles, replaced(profiles, oldProfile, newProfile)),
    options,
  );
}

function replaced(profiles: readonly string[], oldProfile: string, newProfile: string): readonly string[] {
  const added = newProfile === "" ? [] : [newProfile];
  if (oldProfile === "") return profiles.includes(newProfile) ? profiles : [...profiles, ...added];
  const at = profiles.indexOf(oldProfile);
  if (at === -1) return profiles;
  // The server refuses a list that has a profile twice.
  return profiles.flatMap((profile, index) => (index === at ? added : profile === newProfile ? [] : [profile]));
}

function changed(
  present: readonly string[],
  wanted: readonly string[],
): { readonly profiles: readonly string[] } | undefined {
  const isSame = present.length === wanted.length && present.every((profile, at) => profile === wanted[at]);
  return isSame ? undefined : { profiles: wanted };
}
