import { type Area, type BodyRule, reads } from "../area.ts";
import type { Call } from "../call.ts";
import type { ConfigTable } from "../choices.ts";

const config: ConfigTable = {
  // No address of its own: two bridges cannot have the same.
  "ipv4.address": ["none"],
  "ipv4.nat": ["true", "false"],
  "ipv4.dhcp": ["true", "false"],
  "ipv4.dhcp.ranges": ["10.77.1.10-10.77.1.20"],
  "dns.domain": ["lan", "example"],
  "bridge.mtu": ["1400"],
  "user.a": ["x", "y"],
};

const content: BodyRule = (choices) => ({
  ...choices.some({ description: choices.one(["", "one", "two"]) }),
  config: { ...choices.config(config), ...choices.some({ "ipv6.address": "none" }, 0.9) },
});

const badConfigs: readonly Readonly<Record<string, string>>[] = [
  { "ipv4.address": "10.77.1.1" },
  { "ipv4.address": "nowhere" },
  { "ipv4.address": "10.77.1.0/24" },
  { "ipv6.address": "10.77.1.1/24" },
  { "ipv4.nat": "perhaps" },
  { "no.such.key": "1" },
  { "bridge.mtu": "wide" },
  { "dns.mode": "frob" },
  { "ipv4.dhcp.ranges": "10.77.1.10" },
  { "bridge.hwaddr": "no" },
  { "ipv4.dhcp.gateway": "x" },
];
const bad: BodyRule = ({ one }) => one([{ config: one(badConfigs) }, { config: one(badConfigs) }, { type: "frob" }]);
const missing: BodyRule = () => ({ config: { "security.acls": "nope", "ipv6.address": "none" } });

const badNames = ["", "a/b", "with space", "far-too-long-a-name", ".", "{bridge}", "lo", "-x"];

const ofBr1 = {
  source: { type: "none" },
  devices: { root: { type: "disk", path: "/", pool: "default" }, eth0: { type: "nic", network: "br1" } },
};

/** What is on the network in another project, which has networks of the default one. */
const usersElsewhere: readonly Call[] = [
  { method: "POST", path: "/1.0/projects", body: { name: "pr1" } },
  { method: "POST", path: "/1.0/instances?project=pr1", body: { name: "c2", ...ofBr1 } },
  { method: "POST", path: "/1.0/profiles?project=pr1", body: { name: "p1", devices: { eth0: ofBr1.devices.eth0 } } },
];

/** `/1.0/networks`. */
export const networks: Area = {
  name: "networks",
  weight: 0.6,
  prepare: (choices) => [
    { method: "POST", path: "/1.0/networks", body: { name: "br1", ...content(choices) } },
    { method: "GET", path: "/1.0/networks/br1" },
    ...(choices.chance(0.3) ? usersElsewhere : []),
    ...(choices.chance(0.4)
      ? [
          {
            method: "POST",
            path: "/1.0/instances",
            body: { name: "c1", source: { type: "none" }, devices: { eth0: { type: "nic", network: "br1" } } },
          },
        ]
      : []),
    ...(choices.chance(0.4)
      ? [
          {
            method: "POST",
            path: "/1.0/profiles",
            body: { name: "p1", devices: { eth0: { type: "nic", network: "br1" } } },
          },
        ]
      : []),
  ],
  templates: [
    ...reads("/1.0/networks", "/1.0/networks?recursion=1", "/1.0/networks/<network>"),
    { method: "GET", path: "/1.0/networks/{bridge}", isSpoilt: false },
    ...reads("/1.0/networks/<network>/state", "/1.0/networks/<network>/leases", "/1.0/networks/lo"),
    {
      method: "POST",
      path: "/1.0/networks",
      body: (c) => ({ name: c.fill("<network>"), ...content(c) }),
      bad,
      missing,
    },
    { method: "POST", path: "/1.0/networks", body: ({ one }) => ({ name: one(badNames) }), weight: 0.4 },
    { method: "PUT", path: "/1.0/networks/<network>", body: content, bad, missing },
    { method: "PATCH", path: "/1.0/networks/<network>", body: content, bad, missing },
    { method: "POST", path: "/1.0/networks/<network>", body: (c) => ({ name: c.fill("<network>") }) },
    { method: "POST", path: "/1.0/networks/<network>", body: ({ one }) => ({ name: one(badNames) }), weight: 0.3 },
    { method: "DELETE", path: "/1.0/networks/<network>", weight: 0.7 },
    { method: "DELETE", path: "/1.0/networks/{bridge}", weight: 0.2 },
    { method: "DELETE", path: "/1.0/instances/c1", weight: 0.5, isSpoilt: false },
    { method: "DELETE", path: "/1.0/profiles/p1", weight: 0.5, isSpoilt: false },
    { method: "DELETE", path: "/1.0/instances/c2?project=pr1", weight: 0.3, isSpoilt: false },
  ],
};

const ports: BodyRule = ({ one }) => ({
  ports: one([
    [],
    [
      {
        description: "web",
        protocol: "tcp",
        listen_port: "80,90-91",
        target_port: "8080",
        target_address: "10.77.1.5",
      },
    ],
    [{ protocol: "udp", listen_port: "53", target_address: "10.77.1.5" }],
  ]),
});

const forwardContent: BodyRule = (choices) => ({
  ...choices.some({ description: choices.one(["", "one"]), ...ports(choices) }),
  ...choices.some({ config: choices.config({ target_address: ["10.77.1.5", "10.77.1.6"], "user.a": ["x"] }) }, 0.85),
});

const badForwards: BodyRule = ({ one }) =>
  one<Readonly<Record<string, unknown>>>([
    { config: { target_address: "192.0.2.77" } },
    { config: { target_address: "x" } },
    { config: { "no.such.key": "1" } },
    { ports: [{ protocol: "frob", listen_port: "80", target_address: "10.77.1.5" }] },
    { ports: [{ protocol: "tcp", listen_port: "x", target_address: "10.77.1.5" }] },
    { ports: [{ protocol: "tcp", listen_port: "80", target_address: "x" }] },
    { ports: [{ protocol: "tcp", target_address: "10.77.1.5" }] },
    {
      ports: [
        { protocol: "tcp", listen_port: "80", target_address: "10.77.1.5" },
        { protocol: "tcp", listen_port: "80", target_address: "10.77.1.6" },
      ],
    },
    { ports: [{ protocol: "tcp", listen_port: "80-90", target_port: "1-2", target_address: "10.77.1.5" }] },
  ]);

const listenAddresses = ["192.0.2.1", "192.0.2.2"];
const forwardsOf = "/1.0/networks/br1/forwards";

/** Forwards of a bridge. */
export const forwards: Area = {
  name: "forwards",
  prepare: (choices) => [
    {
      method: "POST",
      path: "/1.0/networks",
      body: { name: "br1", config: { "ipv4.address": "10.77.1.1/24", "ipv6.address": "none" } },
    },
    { method: "POST", path: forwardsOf, body: { listen_address: "192.0.2.1", ...forwardContent(choices) } },
  ],
  templates: [
    ...reads(forwardsOf, `${forwardsOf}?recursion=1`, `${forwardsOf}/192.0.2.1`, `${forwardsOf}/192.0.2.2`),
    ...reads("/1.0/networks/<network>/forwards"),
    {
      method: "POST",
      path: forwardsOf,
      body: (c) => ({ listen_address: c.one(listenAddresses), ...forwardContent(c) }),
      bad: badForwards,
      weight: 2,
    },
    {
      method: "POST",
      path: forwardsOf,
      body: ({ one }) => ({ listen_address: one(["", "x", "10.77.1.1"]) }),
      weight: 0.4,
    },
    { method: "PUT", path: `${forwardsOf}/192.0.2.1`, body: forwardContent, bad: badForwards },
    { method: "PUT", path: `${forwardsOf}/192.0.2.2`, body: forwardContent, bad: badForwards, weight: 0.5 },
    { method: "PATCH", path: `${forwardsOf}/192.0.2.1`, body: forwardContent, bad: badForwards },
    { method: "PATCH", path: `${forwardsOf}/192.0.2.2`, body: forwardContent, bad: badForwards, weight: 0.5 },
    { method: "DELETE", path: `${forwardsOf}/192.0.2.1`, weight: 0.7 },
    { method: "DELETE", path: `${forwardsOf}/192.0.2.2`, weight: 0.7 },
  ],
};
