import type { FakeState } from "../core/fake-state.ts";
import type { ProfileRecord } from "../core/records.ts";

/** A profile as the API shows it. */
export function profileView(
  state: FakeState,
  profile: ProfileRecord,
  usedBy: readonly string[] | null,
): Readonly<Record<string, unknown>> {
  const { config, description, devices, name, project } = profile;
  const where = state.flavour === "incus" ? { project } : {};
  return { config, description, devices, name, used_by: usedBy, ...where };
}
