import type { Client } from "@lxdkit/client";
import type { Devices } from "@lxdkit/protocol";

/**
 * The devices that profiles give to an instance; of two with one name the later profile's counts. One request, also
 * for several profiles.
 *
 * @throws {ApiError} `NOT_FOUND` when there is no such profile.
 */
export async function profileDevices(
  client: Client,
  profiles: readonly string[] = ["default"],
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Devices> {
  if (profiles.length === 0) return {};
  const [first = "default", ...more] = profiles;
  if (more.length === 0) return (await client.profiles.get(first, { signal })).value.devices;
  const byName = new Map((await client.profiles.list({ signal })).map((profile) => [profile.name, profile.devices]));
  const missing = profiles.find((name) => !byName.has(name));
  // The server's own words for it.
  if (missing !== undefined) return (await client.profiles.get(missing, { signal })).value.devices;
  return Object.assign({}, ...profiles.map((name) => byName.get(name))) as Devices;
}
