import { type Area, type BodyRule, reads } from "../area.ts";

const content: BodyRule = (choices) => ({
  ...choices.some({ description: choices.one(["", "one", "two"]) }),
  ...choices.some(
    { config: choices.config({ "dns.nameservers": ["ns1.example", "ns1.example,ns2.example"], "user.a": ["x", "y"] }) },
    0.85,
  ),
});

const bad: BodyRule = ({ one }) => ({
  config: one([
    { "no.such.key": "1" },
    { "peers.a.address": "x" },
    { "dns.nameservers": "not a host" },
    { "network.nat": "perhaps" },
  ]),
});

const recordContent: BodyRule = (choices) => ({
  ...choices.some({
    description: choices.one(["", "one"]),
    entries: choices.one([
      [],
      [{ type: "A", ttl: 60, value: "192.0.2.1" }],
      [
        { type: "TXT", value: "text" },
        { type: "A", value: "192.0.2.2" },
      ],
    ]),
  }),
  ...choices.some({ config: choices.config({ "user.a": ["x"], "user.b": ["1"] }) }, 0.85),
});

const badRecord: BodyRule = ({ one }) =>
  one<Readonly<Record<string, unknown>>>([
    { config: { "no.such.key": "1" } },
    { entries: [{ type: "FROB", value: "x" }] },
    { entries: [{ type: "A", value: "x" }] },
    { entries: [{ value: "x" }] },
    {
      entries: [
        { type: "A", value: "192.0.2.1" },
        { type: "A", value: "192.0.2.1" },
      ],
    },
  ]);

const badNames = ["", "with space", "-a", "a_b", "*"];

/** `/1.0/network-zones` with their records. */
export const zones: Area = {
  name: "zones",
  prepare: (choices) => [
    { method: "POST", path: "/1.0/network-zones", body: { name: "z1.example", ...content(choices) } },
    { method: "GET", path: "/1.0/network-zones/z1.example" },
    { method: "POST", path: "/1.0/network-zones/z1.example/records", body: { name: "www", ...recordContent(choices) } },
  ],
  templates: [
    ...reads("/1.0/network-zones", "/1.0/network-zones?recursion=1", "/1.0/network-zones/<zone>"),
    ...reads("/1.0/network-zones/<zone>/records", "/1.0/network-zones/<zone>/records?recursion=1"),
    ...reads("/1.0/network-zones/<zone>/records/<record>"),
    { method: "POST", path: "/1.0/network-zones", body: (c) => ({ name: c.fill("<zone>"), ...content(c) }), bad },
    { method: "POST", path: "/1.0/network-zones", body: ({ one }) => ({ name: one(badNames) }), weight: 0.4 },
    { method: "PUT", path: "/1.0/network-zones/<zone>", body: content, bad },
    { method: "PATCH", path: "/1.0/network-zones/<zone>", body: content, bad },
    { method: "DELETE", path: "/1.0/network-zones/<zone>", weight: 0.6 },
    {
      method: "POST",
      path: "/1.0/network-zones/<zone>/records",
      body: (c) => ({ name: c.fill("<record>"), ...recordContent(c) }),
      bad: badRecord,
      weight: 2,
    },
    {
      method: "POST",
      path: "/1.0/network-zones/<zone>/records",
      body: ({ one }) => ({ name: one(badNames) }),
      weight: 0.4,
    },
    { method: "PUT", path: "/1.0/network-zones/<zone>/records/<record>", body: recordContent, bad: badRecord },
    { method: "PATCH", path: "/1.0/network-zones/<zone>/records/<record>", body: recordContent, bad: badRecord },
    { method: "DELETE", path: "/1.0/network-zones/<zone>/records/<record>", weight: 0.6 },
  ],
};
