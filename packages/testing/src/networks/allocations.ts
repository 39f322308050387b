import { apiUrl } from "../core/api-url.ts";
import { compareTexts } from "../core/resource.ts";
import { Refusal } from "../core/refusal.ts";
import type { FakeState } from "../core/fake-state.ts";
import type { NetworkRecord } from "../core/records.ts";
import { type ApiReply, type ApiRequest, type Route, sync } from "../core/router.ts";
import { instanceUrl } from "../instances/instance-url.ts";
import { hasProject, projectFor, projectOf } from "../projects/project-scope.ts";
import { networkLeases } from "./network-state.ts";

interface Allocation {
  readonly addresses: string;
  readonly used_by: string;
  readonly type: "network" | "network-forward" | "instance";
  readonly nat: boolean;
  readonly hwaddr: string;
}

/** `/1.0/network-allocations`: all addresses that the managed networks have given away. */
export const allocationRoutes: readonly Route[] = [
  { pattern: "/1.0/network-allocations", only: "incus", methods: { GET: list } },
];

function list(request: ApiRequest): ApiReply {
  const { state, query } = request;
  const project = projectOf(request);
  const isAll = query.get("all-projects") === "true";
  if (!hasProject(state, project)) throw new Refusal(404, `Failed to load project "${project}": Project not found`);
  const scope = projectFor(state, project, "features.networks");
  const networks = isAll ? state.store.networks.all() : state.store.networks.in(scope);
  const bridges = networks.filter(({ type }) => type === "bridge").sort((a, b) => compareTexts(a.name, b.name));
  return sync(bridges.flatMap((network) => allocationsOf(state, network)));
}

function allocationsOf(state: FakeState, network: NetworkRecord): readonly Allocation[] {
  const { config, name, project } = network;
  const url = apiUrl(state.flavour, ["networks", name], project);
  const hasNat = (address: string): boolean => config[`${address.includes(":") ? "ipv6" : "ipv4"}.nat`] === "true";
  const own = ["ipv4.address", "ipv6.address"].flatMap((key): readonly Allocation[] => {
    const address = config[key] ?? "none";
    if (address === "none") return [];
    return [{ addresses: address, used_by: url, type: "network", nat: hasNat(address), hwaddr: "" }];
  });
  const leases = networkLeases(state, network).flatMap(({ view, instance }): readonly Allocation[] => {
    if (instance === undefined) return [];
    const { address, hwaddr } = view;
    const length = address.includes(":") ? 128 : 32;
    const used = instanceUrl(state, instance);
    return [{ addresses: `${address}/${length}`, used_by: used, type: "instance", nat: hasNat(address), hwaddr }];
  });
  const forwards = state.store.forwards
    .all()
    .filter((forward) => forward.project === project && forward.network === name)
    .map(({ listenAddress }): Allocation => {
      const length = listenAddress.includes(":") ? 128 : 32;
      const used = apiUrl(state.flavour, ["networks", name, "forwards", listenAddress], project);
      return {
        addresses: `${listenAddress}/${length}`,
        used_by: used,
        type: "network-forward",
        nat: false,
        hwaddr: "",
      };
    });
  return [...own, ...leases, ...forwards];
}
