import { type Area, type BodyRule, reads, type Template } from "../area.ts";

/** A call that must not be spoilt: what is left of it could turn the server into a cluster, or empty it. */
function enable(body: BodyRule): Template {
  return { method: "PUT", path: "/1.0/cluster", body, isSpoilt: false };
}

const member: BodyRule = ({ some, one }) =>
  some({
    roles: one([[], ["database"]]),
    groups: one([["default"], ["nope"]]),
    failure_domain: "default",
    description: "d",
    config: one([{}, { "user.a": "1" }, { "no.such.key": "1" }]),
  });

const group: BodyRule = ({ some }) => some({ description: "d", members: ["m1"] });
const members = "/1.0/cluster/members";
const groups = "/1.0/cluster/groups";
const state = `${members}/m1/state`;

/** Members and groups of a cluster, of which a server that is alone has none. */
export const cluster: Area = {
  name: "cluster",
  weight: 0.7,
  prepare: () => [{ method: "GET", path: "/1.0/cluster" }],
  templates: [
    ...reads("/1.0/cluster", members, `${members}?recursion=1`, `${members}/m1`, groups, `${groups}/default`),
    { method: "GET", path: state, flavours: ["incus"] },
    enable(() => ({ enabled: true })),
    enable(() => ({ enabled: true, server_name: "m1", cluster_address: "127.0.0.1:1" })),
    enable(({ one }) => ({ enabled: one(["yes", 5]) })),
    {
      method: "PUT",
      path: "/1.0/cluster/certificate",
      body: ({ one }) => ({
        cluster_certificate: one(["", "none"]),
        ...one([{}, { cluster_certificate_key: "none" }]),
      }),
    },
    { method: "POST", path: members, body: ({ one }) => one([{ server_name: "m2" }, { server_name: "" }, {}]) },
    { method: "POST", path: `${members}/m1`, body: ({ one }) => ({ server_name: one(["m2", "m1", "", "a/b"]) }) },
    { method: "PUT", path: `${members}/m1`, body: member },
    { method: "PATCH", path: `${members}/m1`, body: member },
    { method: "DELETE", path: `${members}/m1` },
    { method: "POST", path: state, body: ({ one }) => ({ action: one(["evacuate", "restore", "frob", ""]) }) },
    { method: "POST", path: groups, body: (c) => ({ name: c.one(["g1", "default", "a/b", ""]), ...group(c) }) },
    { method: "POST", path: `${groups}/g1`, body: ({ one }) => ({ name: one(["g2", "default", ""]) }) },
    { method: "PUT", path: `${groups}/default`, body: group },
    { method: "PATCH", path: `${groups}/default`, body: group },
    { method: "DELETE", path: `${groups}/default` },
  ],
};
