import type { CallOptions, Tagged } from "@lxdkit/client";
import type { Profile } from "@lxdkit/protocol";
import { isNotFound } from "@lxdkit/transport";
import type { ServerHost } from "../server-host.ts";

/** A profile, or undefined when there is none of that name: `GET /1.0/profiles/{name}`. */
export async function readProfile(
  { client }: Pick<ServerHost, "client">,
  name: string,
  options: CallOptions,
): Promise<Tagged<Profile> | undefined> {
  try {
    return await client.profiles.get(name, options);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
