import type { Tagged } from "@lxdkit/client";
import type { Profile, ProfilesPost } from "@lxdkit/protocol";
import type { ServerHost } from "../server-host.ts";
import { unlessMissing } from "../unless-missing.ts";
import { editProfile } from "./edit-profile.ts";
import { profileDifferences } from "./profile-differences.ts";

/** Options of {@link ensureProfile}. */
export interface EnsureProfileOptions {
  /** What happens to a profile with other content: it is changed (`update`, the default), or left alone (`report`). */
  readonly onDifference?: "update" | "report" | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What {@link ensureProfile} found and did. */
export interface EnsuredProfile {
  /** `different`: it has other content and was left alone, as `report` asks. */
  readonly outcome: "created" | "unchanged" | "updated" | "different";
  /** What was not as wanted: `description`, `config.limits.cpu`, `devices.eth0.parent`, ... Sorted. */
  readonly differences: readonly string[];
}

/**
 * Makes sure that a profile is there with this content. Each of `description`, `config` and `devices` that is given is
 * compared and written as a whole; what is left out is not looked at. Who makes the profile at the same time does no
 * harm.
 *
 * @throws {ApiError} when the server refuses the content.
 */
export async function ensureProfile(
  host: Pick<ServerHost, "client" | "edits">,
  wanted: ProfilesPost,
  options: EnsureProfileOptions = {},
): Promise<EnsuredProfile> {
  const { onDifference = "update", signal } = options;
  const { name, ...content } = wanted;
  const present = await unlessMissing(host.client.profiles.get(name, { signal }));
  const seen = present ?? (await createOrRead(host, wanted, signal));
  if (seen === undefined) return { outcome: "created", differences: [] };
  let differences = profileDifferences(seen.value, content);
  if (differences.length === 0) return { outcome: "unchanged", differences };
  if (onDifference === "report") return { outcome: "different", differences };
  const change = (profile: Profile): typeof content | undefined => {
    differences = profileDifferences(profile, content);
    return differences.length === 0 ? undefined : content;
  };
  const isWritten = await editProfile(host, name, change, { seen, signal });
  return { outcome: isWritten ? "updated" : "unchanged", differences };
}

/** Undefined when it was made; what is there when somebody else was faster. */
async function createOrRead(
  host: Pick<ServerHost, "client">,
  wanted: ProfilesPost,
  signal: AbortSignal | undefined,
): Promise<Tagged<Profile> | undefined> {
  try {
    await host.client.profiles.create(wanted, { signal });
    return undefined;
  } catch (error) {
    signal?.throwIfAborted();
    // A name that is taken and content that is refused have one status.
    const other = await unlessMissing(host.client.profiles.get(wanted.name, { signal }));
    if (other === undefined) throw error;
    return other;
  }
}
