import type { FakeState } from "../core/fake-state.ts";
import type { ImageRecord } from "../core/records.ts";
import { serverScope } from "../core/store.ts";
import { projectFor } from "../projects/project-scope.ts";

/**
 * The profiles of an image as `project` sees them. An image that several projects share has other profiles in each one
 * that has profiles of its own.
 */
export function profilesOfImage(state: FakeState, image: ImageRecord, project: string): readonly string[] {
  const owner = projectFor(state, project, "features.profiles");
  if (owner === ownerOf(state, image)) return image.profiles;
  const own = image.foreignProfiles?.[owner];
  if (own !== undefined) return own;
  // A project that was told to have no images got those of the default one, with the default profile.
  return state.store.projects.get(serverScope, owner)?.config["features.images"] === "false" ? ["default"] : [];
}

/** The image with its profiles as `project` wants them. */
export function withProfiles(
  state: FakeState,
  image: ImageRecord,
  project: string,
  profiles: readonly string[],
): ImageRecord {
  const owner = projectFor(state, project, "features.profiles");
  if (owner === ownerOf(state, image)) return { ...image, profiles };
  return { ...image, foreignProfiles: { ...image.foreignProfiles, [owner]: profiles } };
}

/** A new image, which has no profiles but those of the project that it was asked for in. */
export function withProfilesOfNew(state: FakeState, image: ImageRecord, project: string): ImageRecord {
  return withProfiles(state, { ...image, profiles: [] }, project, image.profiles);
}

function ownerOf(state: FakeState, { project }: ImageRecord): string {
  return projectFor(state, project, "features.profiles");
}
