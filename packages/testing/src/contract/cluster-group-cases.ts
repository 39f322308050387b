import assert from "node:assert/strict";
import type { ContractCase } from "./contract-case.ts";
import { etagOf } from "../core/etag.ts";
import { listOf, membersOf, onMembers } from "./on-members.ts";
import { assertAllRefused, assertCreated, assertDone, assertTells, read, shortName, withObject } from "./own-object.ts";
import { assertRefused, get, send } from "./raw-http.ts";

const path = "/1.0/cluster/groups";

/** Groups of members. */
export const clusterGroupCases: readonly ContractCase[] = onMembers([
  {
    name: "all members are in the default group, which stays",
    async run(target) {
      const { members = [] } = target;
      const { object } = await read(target, `${path}/default`);
      assert.deepEqual(object, { description: "Default cluster group", members: [...members].sort(), name: "default" });
      await assertAllRefused(target, [
        ["DELETE", `${path}/default`, undefined, 403, "The 'default' cluster group cannot be deleted"],
        ["POST", `${path}/default`, { name: "other" }, 403, 'The "default" group cannot be renamed'],
      ]);
    },
  },
  {
    name: "a group is made, changed, renamed and removed",
    async run(target) {
      const [first, second] = membersOf(target);
      const [name, next] = [shortName(), shortName()];
      const [url, renamed] = [`${path}/${name}`, `${path}/${next}`];
      try {
        await assertTells(target, [{ action: "cluster-group-created", source: url }], async () => {
          const body = { name, description: "d", members: [first] };
          assertCreated(await send(target, "POST", path, { body }), url);
        });
        const { object, etag } = await read(target, url);
        assert.deepEqual(object, { description: "d", members: [first], name });
        assert.equal(etag, `"${etagOf({ description: "d", members: [first] })}"`);
        const member = await read(target, `/1.0/cluster/members/${first}`);
        assert.deepEqual([...(member.object["groups"] as readonly string[])].sort(), [name, "default"].sort());
        assertDone(await send(target, "PATCH", url, { body: { description: "y" } }));
        assert.deepEqual((await read(target, url)).object, { description: "y", members: [first], name });
        const changed = { description: "x", members: [first, second] };
        await assertTells(target, [{ action: "cluster-group-updated", source: url, context: changed }], async () => {
          assertDone(await send(target, "PUT", url, { body: changed }));
        });
        assert.deepEqual((await read(target, url)).object, { ...changed, name });
        const patch = await send(target, "PATCH", url, { body: { description: "z" } });
        // Incus 6.0.4 changes in this way only groups of one member.
        if (target.flavour === "lxd") assertDone(patch);
        else assertRefused(patch, 500, "Query deleted 2 NodeClusterGroup rows instead of 1");
        assertRefused(await send(target, "DELETE", url), 500, "Only empty cluster groups can be removed");
        const empty = { description: "", members: null };
        await assertTells(target, [{ action: "cluster-group-updated", source: url, context: empty }], async () => {
          assertDone(await send(target, "PUT", url, { body: {} }));
        });
        assert.deepEqual((await read(target, url)).object, { description: "", members: [], name });
        await assertTells(
          target,
          [{ action: "cluster-group-renamed", source: renamed, context: { old_name: name } }],
          async () => {
            assertCreated(await send(target, "POST", url, { body: { name: next } }), renamed);
          },
        );
        // Both families tell it in a project that has the group's name.
        await assertTells(target, [{ action: "cluster-group-deleted", source: renamed, project: next }], async () => {
          assertDone(await send(target, "DELETE", renamed));
        });
      } finally {
        await send(target, "PUT", url, { body: {} });
        for (const left of [url, renamed]) await send(target, "DELETE", left);
      }
      assert.equal((await get(target, renamed)).status, 404);
    },
  },
  {
    name: "of the changes of a group, PATCH alone heeds If-Match, and refuses even the right one",
    async run(target) {
      await withObject(target, path, { name: shortName() }, async (url) => {
        const headers = { "If-Match": '"stale"' };
        assertDone(await send(target, "PUT", url, { body: {}, headers }));
        assertRefused(await send(target, "PATCH", url, { body: {}, headers }), 412, / vs stale$/);
        const { etag } = await read(target, url);
        const right = await send(target, "PATCH", url, { body: {}, headers: { "If-Match": etag } });
        assertRefused(right, 412, /^ETag doesn't match: /);
      });
    },
  },
  {
    name: "a member that leaves the last of its groups stays there on Incus alone",
    async run(target) {
      const [, , third] = membersOf(target);
      const member = `/1.0/cluster/members/${third}`;
      const body = { roles: ["database"], failure_domain: "default", config: {}, description: "" };
      await withObject(target, path, { name: shortName() }, async (url) => {
        const name = url.slice(path.length + 1);
        try {
          assertDone(await send(target, "PUT", member, { body: { ...body, groups: [name] } }));
          assertDone(await send(target, "PUT", url, { body: { members: [] } }));
          const groups = target.flavour === "lxd" ? null : [name];
          assert.deepEqual((await read(target, member)).object["groups"], groups);
        } finally {
          await send(target, "PUT", member, { body: { ...body, groups: ["default"] } });
        }
      });
    },
  },
  {
    name: "groups are checked",
    async run(target) {
      const may = "Cluster group names may not contain";
      const missing = { lxd: "Cluster group not found", incus: "Cluster_group not found" };
      const start = { lxd: "Insert nodes for cluster group", incus: 'Failed to create "nodes_clusters_groups" entry' };
      const noNode = "NOT NULL constraint failed: nodes_cluster_groups.node_id";
      const noRow = { lxd: "Query deleted 0 rows instead of 1", incus: missing.incus };
      const exists = {
        lxd: "This cluster group already exists",
        incus: 'Failed to create "cluster_groups" entry: UNIQUE constraint failed: cluster_groups.name',
      };
      await assertAllRefused(target, [
        ["POST", path, {}, 400, "No name provided"],
        ["POST", path, { name: "a b" }, 400, `${may} spaces`],
        ["POST", path, { name: "a/b" }, 400, `${may} slashes`],
        ["POST", path, { name: "a_b" }, 400, `${may} underscores`],
        ["POST", path, { name: "a'b" }, 400, `${may} quotes`],
        ["POST", path, { name: ".." }, 400, 'Invalid cluster group name ".."'],
        ["POST", path, { name: "default" }, 500, exists],
        [
          ...(["POST", path, { name: shortName(), members: ["nope"] }, 500] as const),
          { lxd: `${start.lxd}: ${noNode}`, incus: `${start.incus}: ${noNode}` },
        ],
        ["GET", `${path}/nope`, undefined, 404, missing],
        ["PUT", `${path}/nope`, {}, 404, missing],
        ["PATCH", `${path}/nope`, {}, 404, missing],
        ["POST", `${path}/nope`, { name: "other" }, 500, "Query affected 0 rows instead of 1"],
        ["DELETE", `${path}/nope`, undefined, { lxd: 500, incus: 404 }, noRow],
      ]);
      await withObject(target, path, { name: shortName() }, async (url) => {
        const missingMember = "Failed to get node info: Cluster member not found";
        await assertAllRefused(target, [
          ["PUT", url, { members: ["nope"] }, 404, missingMember],
          ["POST", url, { name: "default" }, 500, 'Name "default" already in use'],
        ]);
      });
    },
  },
  {
    name: "groups are listed by name, and a filter is ignored",
    async run(target) {
      const name = `z${shortName()}`;
      await withObject(target, path, { name }, async (url) => {
        const answer = await get(target, `${path}?filter=name%20eq%20nope`);
        assert.deepEqual(answer.metadata, [`${path}/default`, url]);
        const names = (await listOf(target, `${path}?recursion=1`)).map((group) => group["name"]);
        assert.deepEqual(names, ["default", name]);
      });
    },
  },
]);
