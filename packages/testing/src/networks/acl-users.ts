import { apiUrl } from "../core/api-url.ts";
import type { FakeState } from "../core/fake-state.ts";
import type { AclRecord, Config } from "../core/records.ts";
import { expandedDevices } from "../instances/instance-expansion.ts";
import { instanceUrl } from "../instances/instance-url.ts";
import { projectFor } from "../projects/project-scope.ts";

/** URLs of the networks, profiles and instances that the rules are for. */
export function aclUsers(state: FakeState, { project, name }: AclRecord): readonly string[] {
  const { networks, profiles, instances } = state.store;
  const names = (config: Config): boolean =>
    (config["security.acls"] ?? "").split(",").some((acl) => acl.trim() === name);
  const isHere = (other: { readonly project: string }): boolean =>
    projectFor(state, other.project, "features.networks") === project;
  return [
    ...networks
      .in(project)
      .filter(({ config }) => names(config))
      .map((network) => apiUrl(state.flavour, ["networks", network.name], project)),
    ...profiles
      .all()
      .filter((profile) => isHere(profile) && Object.values(profile.devices).some(names))
      .map((profile) => apiUrl(state.flavour, ["profiles", profile.name], profile.project)),
    ...instances
      .all()
      .filter((instance) => isHere(instance) && Object.values(expandedDevices(state, instance)).some(names))
      .map((instance) => instanceUrl(state, instance)),
  ];
}
