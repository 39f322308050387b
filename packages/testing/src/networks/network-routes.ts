import { etagOf } from "../core/etag.ts";
import type { FakeState } from "../core/fake-state.ts";
import { nicsOf } from "../instances/instance-network.ts";
import { Refusal } from "../core/refusal.ts";
import { type ApiReply, type ApiRequest, checkProject, recursionOf, type Route, sync } from "../core/router.ts";

/** `/1.0/networks` and what is below it: the managed bridge and the loopback interface, to be read only. */
export const networkRoutes: readonly Route[] = [
  { pattern: "/1.0/networks", methods: { GET: list } },
  { pattern: "/1.0/networks/{name}", methods: { GET: get } },
];

interface NetworkView {
  readonly config: Readonly<Record<string, string>>;
  readonly description: string;
  readonly name: string;
  readonly type: string;
  readonly used_by: readonly string[];
  readonly managed: boolean;
  readonly status: string;
  readonly locations: readonly string[] | null;
}

function networks(state: FakeState): readonly NetworkView[] {
  const { bridge, bridgeAddress, bridgePrefix6 } = state.facts;
  const users = [...state.instances.values()].filter((instance) =>
    nicsOf(state, instance).some(({ network }) => network === bridge),
  );
  const profiles = [...state.profiles.values()].filter(({ devices }) =>
    Object.values(devices).some((device) => device["network"] === bridge),
  );
  const project = state.flavour === "incus" ? { project: "default" } : {};
  return [
    {
      config: {
        "ipv4.address": bridgeAddress,
        "ipv4.nat": "true",
        "ipv6.address": `${bridgePrefix6}::1/64`,
        "ipv6.nat": "true",
      },
      description: "",
      name: bridge,
      type: "bridge",
      used_by: [
        ...users.map(({ name }) => `/1.0/instances/${name}`),
        ...profiles.map(({ name }) => `/1.0/profiles/${name}`),
      ],
      managed: true,
      status: "Created",
      locations: ["none"],
      ...project,
    },
    {
      config: {},
      description: "",
      name: "lo",
      type: "loopback",
      used_by: [],
      managed: false,
      status: "",
      locations: null,
      ...project,
    },
  ];
}

function checkNetworkProject(request: ApiRequest): void {
  checkProject(request, (project) => new Refusal(404, `Failed to load project "${project}": Project not found`));
}

function list(request: ApiRequest): ApiReply {
  checkNetworkProject(request);
  const all = networks(request.state);
  return sync(recursionOf(request.query) > 0 ? all : all.map(({ name }) => `/1.0/networks/${name}`));
}

function get(request: ApiRequest): ApiReply {
  checkNetworkProject(request);
  const network = networks(request.state).find(({ name }) => name === request.params["name"]);
  if (network === undefined) throw new Refusal(404, "Network not found");
  const { name, managed, type, description, config } = network;
  return sync(network, etagOf([name, managed, type, description, config]));
}
