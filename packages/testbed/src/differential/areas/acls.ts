import { type Area, type BodyRule, reads } from "../area.ts";

const rules: BodyRule = ({ one }) => ({
  ingress: one([
    [],
    [{ action: "allow", source: "10.0.0.0/8", protocol: "tcp", destination_port: "80", state: "enabled" }],
    [
      { action: "drop", state: "logged", description: "d" },
      { action: "reject", protocol: "icmp4", state: "enabled" },
    ],
  ]),
  egress: one([[], [{ action: "allow", destination: "192.0.2.1", state: "disabled" }]]),
});

const content: BodyRule = (choices) => ({
  ...choices.some({ description: choices.one(["", "one", "two"]), ...rules(choices) }, 0.6),
  ...choices.some({ config: choices.config({ "user.a": ["x", "y"], "user.b": ["1"] }) }, 0.85),
});

const bad: BodyRule = ({ one }) =>
  one<Readonly<Record<string, unknown>>>([
    { config: { "no.such.key": "1" } },
    { ingress: [{ action: "frob", state: "enabled" }] },
    { ingress: [{ action: "allow" }] },
    { ingress: [{ action: "allow", state: "enabled", protocol: "frob" }] },
    { egress: [{ action: "allow", state: "enabled", source: "a b" }] },
    { egress: [{ action: "allow", state: "enabled", destination_port: "80" }] },
    { egress: [{ action: "allow", state: "enabled", protocol: "tcp", destination_port: "x" }] },
    { ingress: [{ action: "allow", state: "enabled", icmp_type: "8" }] },
  ]);

const badNames = ["", "a/b", "with space", "-a", "1a", "@internal", "a.b", "a".repeat(64)];

/** `/1.0/network-acls`. */
export const acls: Area = {
  name: "acls",
  prepare: (choices) => [
    { method: "POST", path: "/1.0/network-acls", body: { name: "acl1", ...content(choices) } },
    { method: "GET", path: "/1.0/network-acls/acl1" },
    ...(choices.chance(0.4)
      ? [
          {
            method: "POST",
            path: "/1.0/networks",
            body: {
              name: "br1",
              config: { "security.acls": "acl1", "ipv4.address": "10.77.1.1/24", "ipv6.address": "none" },
            },
          },
        ]
      : []),
  ],
  templates: [
    ...reads("/1.0/network-acls", "/1.0/network-acls?recursion=1", "/1.0/network-acls/<acl>"),
    ...reads("/1.0/network-acls/<acl>/log"),
    {
      method: "POST",
      path: "/1.0/network-acls",
      body: (c) => ({ name: c.fill("<acl>"), ...content(c) }),
      bad,
      weight: 2,
    },
    { method: "POST", path: "/1.0/network-acls", body: ({ one }) => ({ name: one(badNames) }), weight: 0.4 },
    { method: "PUT", path: "/1.0/network-acls/<acl>", body: content, bad },
    { method: "PATCH", path: "/1.0/network-acls/<acl>", body: content, bad },
    { method: "POST", path: "/1.0/network-acls/<acl>", body: (c) => ({ name: c.fill("<acl>") }) },
    { method: "POST", path: "/1.0/network-acls/<acl>", body: ({ one }) => ({ name: one(badNames) }), weight: 0.3 },
    { method: "DELETE", path: "/1.0/network-acls/<acl>", weight: 0.7 },
    { method: "DELETE", path: "/1.0/networks/br1", weight: 0.5, isSpoilt: false },
  ],
};
