import assert from "node:assert/strict";
import { etagOf } from "../core/etag.ts";
import type { ContractCase } from "./contract-case.ts";
import {
  assertAllRefused,
  assertCreated,
  assertDone,
  assertHeedsIfMatch,
  assertTells,
  of,
  read,
  shortName,
  withObject,
} from "./own-object.ts";
import { assertRefused, get, send } from "./raw-http.ts";

const acls = "/1.0/network-acls";

const cases: readonly ContractCase[] = [
  {
    name: "an ACL: PATCH merges the configuration and drops the rest, PUT replaces; the ETag covers all but its users",
    async run(target) {
      const name = shortName();
      const ingress = [
        { action: "allow", source: "10.0.0.0/8", protocol: "tcp", destination_port: "80", state: "enabled" },
      ];
      const body = { name, description: "d", config: { "user.a": "1" }, ingress, egress: [] };
      await withObject(target, acls, body, async (url) => {
        const { object, etag } = await read(target, url);
        const where = of<object>(target, { lxd: {}, incus: { project: "default" } });
        assert.deepEqual(object, { ...body, used_by: [], ...where });
        assert.equal(etag, `"${etagOf([name, "d", object["ingress"], [], body.config])}"`);
        assert.ok(((await get(target, acls)).metadata as string[]).includes(url));
        assertDone(await send(target, "PATCH", url, { body: { config: { "user.b": "2" } } }));
        const patched = (await read(target, url)).object;
        assert.deepEqual(
          [patched["description"], patched["config"], patched["ingress"]],
          ["", { "user.a": "1", "user.b": "2" }, []],
        );
        assertDone(await send(target, "PUT", url, { body: { description: "x" } }));
        const put = (await read(target, url)).object;
        assert.deepEqual([put["description"], put["config"]], ["x", {}]);
        await assertHeedsIfMatch(target, url, { description: "y" });
      });
    },
  },
  {
    name: "ACLs that make no sense are refused",
    async run(target) {
      const name = shortName();
      const rule = (fields: object): object => ({ name, ingress: [{ action: "allow", state: "enabled", ...fields }] });
      const bad = "Invalid ingress rule 0:";
      const missing = `${acls}/no-such`;
      await withObject(target, acls, { name: shortName() }, async (url) => {
        await assertAllRefused(target, [
          ["POST", acls, { name: url.split("/").at(-1) }, 400, "The network ACL already exists"],
          ["POST", acls, { name: "" }, 500, "Name is required"],
          ["POST", acls, { name: "a b" }, 500, "Name can only contain alphanumeric and hyphen characters"],
          ["POST", acls, { name: "-b" }, 500, 'Name must not start with "-" character'],
          ["POST", acls, { name, config: { bad: "1" } }, 500, 'Invalid config option "bad"'],
          [
            ...(["POST", acls, rule({ action: "foo" }), 500] as const),
            {
              lxd: `${bad} Action must be one of: allow, drop, reject`,
              incus: `${bad} Action must be one of: allow, allow-stateless, drop, reject`,
            },
          ],
          ["POST", acls, rule({ state: "" }), 500, `${bad} State must be one of: enabled, disabled, logged`],
          ["POST", acls, rule({ protocol: "foo" }), 500, `${bad} Protocol must be one of: icmp4, icmp6, tcp, udp`],
          ["POST", acls, rule({ source: "foo bar" }), 500, `${bad} Invalid Source: Invalid subject "foo bar"`],
          ["PUT", url, { config: { bad: "1" } }, 500, 'Invalid config option "bad"'],
          ["GET", `${url}/log`, undefined, 500, "Only OVN log entries may be retrieved at this time"],
          ["GET", missing, undefined, 404, "Network ACL not found"],
          ["PUT", missing, {}, 404, "Network ACL not found"],
          ["POST", missing, { name }, 404, "Network ACL not found"],
          ["DELETE", missing, undefined, 404, "Network ACL not found"],
          ["GET", `${acls}?project=no-such`, undefined, 404, 'Failed to load project "no-such": Project not found'],
        ]);
      });
    },
  },
  {
    name: "an ACL of a network is in use, and a network wants one that is there",
    async run(target) {
      const [acl, network] = [shortName(), shortName()];
      const config = { "ipv4.address": "none", "ipv6.address": "none", "security.acls": acl };
      const body = { name: network, config };
      const text = `Network ACL "${acl}" does not exist`;
      assertRefused(await send(target, "POST", "/1.0/networks", { body }), 500, text);
      await withObject(target, acls, { name: acl }, async (url) => {
        await withObject(target, "/1.0/networks", body, async (user) => {
          assert.deepEqual((await read(target, url)).object["used_by"], [user]);
          await assertAllRefused(target, [
            ["DELETE", url, undefined, 500, "Cannot delete an ACL that is in use"],
            ["POST", url, { name: shortName() }, 500, "Cannot rename an ACL that is in use"],
          ]);
        });
      });
    },
  },
  {
    name: "what happens to an ACL is told",
    async run(target) {
      const [name, next] = [shortName(), shortName()];
      const [url, renamed] = [`${acls}/${name}`, `${acls}/${next}`];
      const told = [
        { action: "network-acl-created", source: url },
        { action: "network-acl-updated", source: url },
        { action: "network-acl-renamed", source: renamed, context: { old_name: name } },
        { action: "network-acl-deleted", source: renamed },
      ];
      await assertTells(target, told, async () => {
        assertCreated(await send(target, "POST", acls, { body: { name } }), url);
        assertDone(await send(target, "PUT", url, { body: { description: "x" } }));
        assertCreated(await send(target, "POST", url, { body: { name: next } }), renamed);
        assertDone(await send(target, "DELETE", renamed));
      });
    },
  },
];

/** Network ACLs: all verbs. Incus 6.0.4 loses one where another is renamed at the same time. */
export const aclCases: readonly ContractCase[] = cases.map((one) => ({ ...one, isAlone: true }));
