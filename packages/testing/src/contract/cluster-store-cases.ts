import assert from "node:assert/strict";
import type { LifecycleEvent, ServerEvent } from "@lxdkit/protocol";
import type { ContractCase, ContractTarget } from "./contract-case.ts";
import { eventsDuring, listOf, membersOf, onMembers } from "./on-members.ts";
import {
  assertAllRefused,
  assertCreated,
  assertDone,
  assertTells,
  type Fields,
  of,
  read,
  shortName,
} from "./own-object.ts";
import { assertRefused, get, send, succeeds } from "./raw-http.ts";

const pools = "/1.0/storage-pools";
const networks = "/1.0/networks";

/** Says where an object is, in the order of names: LXD gives any order. */
function placesIn(object: Fields): readonly string[] {
  return [...(object["locations"] as readonly string[])].sort();
}

/** Announces an object on all members, makes it, and removes it after `use`. */
async function withShared(
  target: ContractTarget,
  list: string,
  body: Fields & { readonly name: string },
  use: (url: string) => Promise<void>,
): Promise<void> {
  const { members = [] } = target;
  const { name, driver } = body;
  const url = `${list}/${name}`;
  try {
    for (const member of members) {
      const announced = { name, ...(driver === undefined ? {} : { driver }) };
      assertCreated(await send(target, "POST", `${list}?target=${member}`, { body: announced }), url);
    }
    assertCreated(await send(target, "POST", list, { body }), url);
    await use(url);
  } finally {
    await send(target, "DELETE", url);
  }
}

/** Pools, networks and volumes, which each member has in its own way. */
export const clusterStoreCases: readonly ContractCase[] = onMembers([
  {
    name: "a pool is announced on each member, and then made on all",
    async run(target) {
      const [first, second, third] = membersOf(target);
      const name = shortName();
      const url = `${pools}/${name}`;
      const body = { name, driver: "dir" };
      const announce = `${pools}?target=`;
      const about = `Requested storage pool driver "btrfs" doesn't match driver in existing database record "dir"`;
      try {
        await assertAllRefused(target, [
          ["POST", pools, body, 500, "Pool not pending on any node (use --target <node> first)"],
          ["POST", `${announce}nope`, body, 404, "Cluster member not found"],
        ]);
        assertCreated(await send(target, "POST", announce + first, { body }), url);
        const { object } = await read(target, url);
        assert.equal(object["status"], "Pending");
        assert.deepEqual(object["locations"], [first]);
        assert.equal((await read(target, `${url}?target=${second}`)).object["status"], "Unknown");
        await assertAllRefused(target, [
          ["POST", announce + first, body, 400, `The storage pool already defined on member "${first}"`],
          [
            ...(["POST", announce + second, { ...body, config: { "rsync.bwlimit": "1MB" } }, 500] as const),
            'Config key "rsync.bwlimit" may not be used as member-specific key',
          ],
          ["POST", pools, body, 500, /^Pool not defined on nodes: /],
          ["PUT", url, { config: {} }, 400, "Cannot update storage pool global config when not in created state"],
          ["GET", `${url}/resources`, undefined, 500, "no such file or directory"],
          ["POST", `${url}/volumes/custom`, { name: "v" }, 500, "Specified pool is not fully created"],
        ]);
        for (const member of [second, third]) {
          assertCreated(await send(target, "POST", announce + member, { body }), url);
        }
        await assertAllRefused(target, [
          ["POST", pools, { ...body, driver: "btrfs" }, 500, about],
          ["POST", pools, { ...body, config: { source: "/x" } }, 500, 'Config key "source" is cluster member specific'],
        ]);
        const wanted = { ...body, description: "d", config: { "rsync.bwlimit": "1MB" } };
        assertCreated(await send(target, "POST", pools, { body: wanted }), url);
        const { object: made } = await read(target, url);
        assert.deepEqual(made["config"], { "rsync.bwlimit": "1MB" });
        assert.equal(made["description"], "d");
        assert.equal(made["status"], "Created");
        assert.deepEqual(placesIn(made), [first, second, third].sort());
        const own = (await read(target, `${url}?target=${second}`)).object["config"] as Fields;
        assert.match(String(own["source"]), /\/storage-pools\/\w+$/);
        await assertAllRefused(target, [
          ["POST", announce + third, body, 500, "Storage pool is not in pending state"],
          ["POST", pools, body, 500, "The storage pool is already created"],
        ]);
      } finally {
        await send(target, "DELETE", url);
      }
      assert.equal((await get(target, url)).status, 404);
    },
  },
  {
    name: "a pool that could not be made is retried without new configuration",
    async run(target) {
      const [first, second, third] = membersOf(target);
      const name = shortName();
      const url = `${pools}/${name}`;
      const body = { name, driver: "dir" };
      try {
        for (const member of [first, second, third]) await send(target, "POST", `${pools}?target=${member}`, { body });
        const retry =
          "Storage pool already partially created. Please do not specify any global config when re-running create";
        await assertAllRefused(target, [
          ["POST", pools, { ...body, config: { zzz: "x" } }, 500, 'Invalid option "zzz"'],
          ["POST", pools, { ...body, config: { "rsync.bwlimit": "1MB" } }, 500, retry],
          ["POST", pools, body, 500, 'Invalid option "zzz"'],
        ]);
        const { object } = await read(target, url);
        assert.equal(object["status"], "Errored");
        assert.deepEqual(object["config"], { zzz: "x" });
      } finally {
        await send(target, "DELETE", url);
      }
    },
  },
  {
    name: "what all members of a pool have and what one has are changed apart",
    async run(target) {
      const [first, second] = membersOf(target);
      await withShared(target, pools, { name: shortName(), driver: "dir" }, async (url) => {
        const event = { action: "storage-pool-updated", source: url };
        await assertTells(target, [{ ...event, context: { target: second } }], async () => {
          assertDone(await send(target, "PATCH", `${url}?target=${second}`, { body: { description: "x" } }));
        });
        assertDone(await send(target, "PUT", url, { body: { config: { "rsync.bwlimit": "2MB" } } }));
        assert.deepEqual((await read(target, url)).object["config"], { "rsync.bwlimit": "2MB" });
        const key = 'Config key "rsync.bwlimit" may not be used as cluster member specific key';
        const moved = "Pool source cannot be changed when not in pending state";
        await assertAllRefused(target, [
          ["PUT", `${url}?target=${second}`, { config: { "rsync.bwlimit": "3MB" } }, 400, key],
          ["PATCH", `${url}?target=${second}`, { config: { source: "/a" } }, 500, moved],
          ["PATCH", url, { config: { source: "/a" } }, 400, 'Config key "source" is cluster member specific'],
          ["GET", `${url}?target=nope`, undefined, 404, "Cluster member not found"],
          ["PUT", `${url}?target=nope`, { config: {} }, 404, "Cluster member not found"],
        ]);
        assert.equal((await get(target, `${url}/resources?target=${first}`)).status, 200);
      });
    },
  },
  {
    name: "a network is announced on each member, and then made on all",
    async run(target) {
      const [first, second, third] = membersOf(target);
      const name = shortName();
      const url = `${networks}/${name}`;
      const body = { name };
      const announce = `${networks}?target=`;
      const config = { "ipv4.address": "none", "ipv6.address": "none" };
      try {
        await assertAllRefused(target, [
          ["POST", networks, body, 500, "Network not pending on any node (use --target <node> first)"],
          ["POST", `${announce}nope`, body, 404, "Cluster member not found"],
        ]);
        assertCreated(await send(target, "POST", announce + first, { body }), url);
        const { object } = await read(target, url);
        assert.equal(object["status"], "Pending");
        assert.deepEqual(object["locations"], [first]);
        assert.deepEqual(object["config"], {});
        assert.equal((await read(target, `${url}?target=${second}`)).object["status"], "Unknown");
        const defined = {
          lxd: `The network is already defined on member "${first}"`,
          incus: `Network "${name}" is already defined on member "${first}"`,
        };
        await assertAllRefused(target, [
          ["POST", announce + first, body, { lxd: 400, incus: 409 }, defined],
          [
            ...(["POST", announce + second, { ...body, config }, 400] as const),
            /^Config key "ipv[46]\.address" may not be used as member-specific key$/,
          ],
          [
            ...(["POST", announce + second, { ...body, type: "macvlan" }, 500] as const),
            "Requested network type doesn't match type in existing database record",
          ],
          ["POST", networks, body, 500, /^Network not defined on nodes: /],
          ["PUT", url, { config: {} }, 400, "Cannot update network global config when not in created state"],
          ["GET", `${url}/state`, undefined, 404, `Network interface "${name}" not found`],
        ]);
        for (const member of [second, third]) {
          assertCreated(await send(target, "POST", announce + member, { body }), url);
        }
        const own = { ...config, "bridge.external_interfaces": "dum0" };
        await assertAllRefused(target, [
          [
            ...(["POST", networks, { ...body, type: "macvlan" }, 500] as const),
            'Requested network type "macvlan" doesn\'t match type in existing database record "bridge"',
          ],
          [
            "POST",
            networks,
            { ...body, config: own },
            500,
            'Config key "bridge.external_interfaces" is cluster member specific',
          ],
        ]);
        assertCreated(await send(target, "POST", networks, { body: { ...body, config } }), url);
        const { object: made } = await read(target, url);
        assert.deepEqual(made["config"], config);
        assert.equal(made["status"], "Created");
        assert.deepEqual(placesIn(made), [first, second, third].sort());
        for (const query of ["", `?target=${third}`]) {
          assert.equal((await get(target, `${url}/state${query}`)).status, 200, query);
        }
        const created = { lxd: "The network is already created", incus: "The network is already created" };
        await assertAllRefused(target, [
          ["POST", announce + third, body, 500, "Network is not in pending state"],
          ["POST", networks, body, 500, created],
          ["POST", url, { name: shortName() }, 400, "Renaming clustered network not supported"],
        ]);
      } finally {
        await send(target, "DELETE", url);
      }
    },
  },
  {
    name: "what all members of a network have and what one has are changed apart",
    async run(target) {
      const [, second] = membersOf(target);
      const config = { "ipv4.address": "none", "ipv6.address": "none" };
      await withShared(target, networks, { name: shortName(), config }, async (url) => {
        const isUpdate = ({ metadata }: ServerEvent): boolean => {
          const seen = metadata as LifecycleEvent;
          return seen.action === "network-updated" && seen.source === url;
        };
        const { members = [] } = target;
        const events = await eventsDuring(
          target,
          async () => {
            assertDone(await send(target, "PUT", url, { body: { config: { ...config, "user.a": "b" } } }));
          },
          (event) => isUpdate(event) && event.location === members[0],
        );
        // Every member tells it, and only the one that was asked knows by whom.
        const told = events.filter(isUpdate).map(({ location, metadata }): readonly [string | undefined, unknown] => {
          return [location, (metadata as LifecycleEvent).requestor?.username];
        });
        assert.deepEqual(new Map(told), new Map(members.map((name, at) => [name, at === 0 ? "root" : ""])));
        assert.deepEqual((await read(target, url)).object["config"], { ...config, "user.a": "b" });
        // A key of all members passes as long as it says what holds already.
        assertDone(await send(target, "PUT", `${url}?target=${second}`, { body: { config: { "user.a": "b" } } }));
        await assertAllRefused(target, [
          [
            ...(["PATCH", `${url}?target=${second}`, { config: { "user.c": "d" } }, 400] as const),
            'Config key "user.c" may not be used as member-specific key',
          ],
          [
            ...(["PATCH", url, { config: { "bridge.external_interfaces": "dum0" } }, 400] as const),
            'Config key "bridge.external_interfaces" is cluster member specific',
          ],
          ["PUT", `${url}?target=nope`, { config: {} }, 404, "Cluster member not found"],
        ]);
      });
    },
  },
  {
    name: "members may have volumes of the same name, which a target tells apart",
    async run(target) {
      const [first, second] = membersOf(target);
      await withShared(target, pools, { name: shortName(), driver: "dir" }, async (pool) => {
        const list = `${pool}/volumes/custom`;
        const make = async (name: string, member: string): Promise<void> => {
          assertDone(await send(target, "POST", `${list}?target=${member}`, { body: { name } }));
        };
        try {
          await make("v1", first);
          await make("v1", second);
          await make("v2", second);
          const volumes = await listOf(target, `${list}?recursion=1`);
          assert.deepEqual(volumes.map(({ name, location }) => `${String(name)}@${String(location)}`).sort(), [
            `v1@${first}`,
            `v1@${second}`,
            `v2@${second}`,
          ]);
          const urls = (await get(target, `${list}?target=${second}`)).metadata;
          assert.deepEqual(urls, [`${list}/v1?target=${second}`, `${list}/v2?target=${second}`]);
          const twice = 'More than one cluster member has a volume named "v1". Please target a specific member';
          await assertAllRefused(target, [
            ["GET", `${list}/v1`, undefined, 500, twice],
            ["PUT", `${list}/v1`, { description: "x" }, 500, twice],
            ["GET", `${list}/v2?target=${first}`, undefined, 404, "Storage volume not found"],
            ["POST", `${list}?target=nope`, { name: "v3" }, 404, "Cluster member not found"],
          ]);
          assert.equal((await read(target, `${list}/v1?target=${second}`)).object["location"], second);
          assert.equal((await read(target, `${list}/v2`)).object["location"], second);
          assertDone(await send(target, "PATCH", `${list}/v2`, { body: { description: "x" } }));
          const snapshot = await send(target, "POST", `${list}/v2/snapshots`, { body: { name: "s1" } });
          assert.equal((await succeeds(target, snapshot)).location, second);
          const snapshotUrl = `${list}/v2/snapshots/s1?target=${second}`;
          const used = (await read(target, pool)).object["used_by"] as readonly string[];
          assert.deepEqual(used, [
            `${list}/v1?target=${first}`,
            `${list}/v1?target=${second}`,
            ...of(target, { lxd: [snapshotUrl], incus: [] }),
            `${list}/v2?target=${second}`,
          ]);
          const own = (await read(target, `${pool}?target=${first}`)).object["used_by"];
          assert.deepEqual(own, [`${list}/v1?target=${first}`]);
          assertRefused(await send(target, "DELETE", pool), 400, "The storage pool is currently in use");
        } finally {
          for (const [name, member] of [
            ["v1", first],
            ["v1", second],
            ["v2", second],
          ]) {
            await send(target, "DELETE", `${list}/${name}?target=${member}`);
          }
        }
      });
    },
  },
  {
    name: "a forward is on the member that was asked for it",
    async run(target) {
      const [, second] = membersOf(target);
      const config = { "ipv4.address": "10.93.7.1/24", "ipv6.address": "none" };
      await withShared(target, networks, { name: shortName(), config }, async (url) => {
        const body = { listen_address: "192.0.2.77" };
        const forward = `${url}/forwards/192.0.2.77`;
        assertCreated(await send(target, "POST", `${url}/forwards?target=${second}`, { body }), forward);
        assert.equal((await read(target, forward)).object["location"], second);
        const [listed] = await listOf(target, `${url}/forwards?recursion=1`);
        assert.equal(listed?.["location"], second);
        assertDone(await send(target, "DELETE", `${forward}?target=${second}`));
      });
    },
  },
]);
