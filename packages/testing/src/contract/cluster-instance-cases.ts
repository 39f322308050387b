import assert from "node:assert/strict";
import type { ContractCase, ContractTarget } from "./contract-case.ts";
import type { LifecycleEvent, Operation, ServerEvent } from "@lxdkit/protocol";
import { eventsDuring, listOf, locationOf, membersOf, onMembers, withInstanceOn } from "./on-members.ts";
import { bringTo, fromImage, uniqueName } from "./own-instance.ts";
import { assertAllRefused, type Fields, of, read, shortName, withObject } from "./own-object.ts";
import { assertRefused, eventually, fails, get, operationEnd, send, succeeds } from "./raw-http.ts";

const isOf =
  (name: string, action: string) =>
  ({ metadata, type }: ServerEvent): boolean => {
    const seen = metadata as LifecycleEvent;
    return type === "lifecycle" && seen.action === action && seen.source === `/1.0/instances/${name}`;
  };

/** How many instances each member has, with the operations that make one or made one a moment ago. */
async function loads(target: ContractTarget): Promise<ReadonlyMap<string, number>> {
  const instances = await listOf(target, "/1.0/instances?recursion=1&all-projects=true");
  const byStatus = (await get(target, "/1.0/operations?recursion=1")).metadata as Record<string, readonly Fields[]>;
  const operations = Object.values(byStatus).flat();
  const made = operations.filter(({ description }) => description === "Creating instance");
  const counts = new Map<string, number>();
  for (const { location } of [...instances, ...made]) {
    counts.set(String(location), (counts.get(String(location)) ?? 0) + 1);
  }
  return counts;
}

/** Where instances are, and how they get elsewhere. */
export const clusterInstanceCases: readonly ContractCase[] = onMembers([
  {
    name: "an instance is made on the member that target names, by an operation that runs there",
    async run(target) {
      const [, second] = membersOf(target);
      const name = uniqueName();
      const url = `/1.0/instances/${name}`;
      const body = { name, source: { type: "none" } };
      try {
        const events = await eventsDuring(
          target,
          async () => {
            const answer = await send(target, "POST", `/1.0/instances?target=${second}`, { body });
            assert.match(answer.headers.location ?? "", /^\/1\.0\/operations\/[-0-9a-f]{36}\?project=default$/);
            assert.equal((answer.metadata as Operation).location, second);
            assert.equal((await succeeds(target, answer)).location, second);
          },
          isOf(name, "instance-created"),
        );
        const told = events.find(isOf(name, "instance-created"));
        assert.equal(told?.location, second);
        assert.equal(told?.project, "default");
        const context = (told?.metadata as LifecycleEvent | undefined)?.context as Fields | undefined;
        assert.equal(context?.["location"], of(target, { lxd: undefined, incus: second }));
        assert.equal(await locationOf(target, name), second);
        const [volume] = await listOf(
          target,
          `/1.0/storage-pools/default/volumes/container?recursion=1&filter=name%20eq%20${name}`,
        );
        assert.equal(volume?.["location"], second);
        const list = (await get(target, "/1.0/storage-pools/default/volumes")).metadata as readonly string[];
        assert.ok(list.includes(`/1.0/storage-pools/default/volumes/container/${name}?target=${second}`));
        // What it is asked for is done there, and its own queries for a target are ignored.
        const changed = await send(target, "PATCH", `${url}?target=nope`, { body: { description: "x" } });
        assert.equal(changed.status, 200, changed.text);
      } finally {
        await operationEnd(target, await send(target, "DELETE", url));
      }
    },
  },
  {
    name: "without a target, an instance goes to the member that has the fewest, and got the fewest of late",
    async run(target) {
      const { members = [] } = target;
      const place = async (left: number): Promise<void> => {
        if (left === 0) return;
        const before = await loads(target);
        await withInstanceOn(target, "", async (name) => {
          const location = String(await locationOf(target, name));
          const least = Math.min(...members.map((member) => before.get(member) ?? 0));
          // Without the new instance and its operation; old operations may be forgotten meanwhile.
          const load = ((await loads(target)).get(location) ?? 0) - 2;
          assert.ok(load <= least, `${location}: ${String(load)} > ${String(least)}`);
          await place(left - 1);
        });
      };
      await place(members.length);
    },
  },
  {
    name: "LXD names the project in the URL of every new instance's operation, Incus when another member makes it",
    async run(target) {
      const [first] = membersOf(target);
      await withInstanceOn(target, `?target=${first}`, async (_, { headers }) => {
        const suffix = of(target, { lxd: /\?project=default$/, incus: /[0-9a-f]$/ });
        assert.match(headers.location ?? "", suffix);
        await Promise.resolve();
      });
    },
  },
  {
    name: "a target may be a group of members",
    async run(target) {
      const [, second] = membersOf(target);
      await withObject(target, "/1.0/cluster/groups", { name: shortName(), members: [second] }, async (url) => {
        const group = url.slice("/1.0/cluster/groups/".length);
        await withInstanceOn(target, `?target=@${group}`, async (name) => {
          assert.equal(await locationOf(target, name), second);
        });
        await send(target, "PUT", url, { body: { members: [] } });
        const body = { name: uniqueName(), source: { type: "none" } };
        await assertAllRefused(target, [
          [
            ...(["POST", `/1.0/instances?target=@${group}`, body, { lxd: 400, incus: 500 }] as const),
            {
              lxd: "No suitable cluster member could be found",
              incus: "Couldn't find a cluster member for the instance",
            },
          ],
          ["POST", "/1.0/instances?target=@nope", body, 400, 'Cluster group "nope" doesn\'t exist'],
          [
            ...(["POST", "/1.0/instances?target=nope", body, 404] as const),
            { lxd: "Cluster member not found", incus: 'Cluster member "nope" not found' },
          ],
        ]);
      });
    },
  },
  {
    name: "a member whose scheduler is manual gets only what names it",
    async run(target) {
      const [first, second, third] = membersOf(target);
      const body = { roles: ["database"], failure_domain: "default", description: "", groups: ["default"] };
      const url = `/1.0/cluster/members/${third}`;
      await send(target, "PUT", url, { body: { ...body, config: { "scheduler.instance": "manual" } } });
      try {
        await withInstanceOn(target, `?target=${first}`, async () => {
          await withInstanceOn(target, `?target=${second}`, async () => {
            await withInstanceOn(target, "", async (name) => {
              assert.notEqual(await locationOf(target, name), third);
            });
            await withInstanceOn(target, `?target=${third}`, async (name) => {
              assert.equal(await locationOf(target, name), third);
            });
          });
        });
      } finally {
        await send(target, "PUT", url, { body: { ...body, config: {} } });
      }
    },
  },
  {
    name: "the operations of all members are listed and read on each",
    async run(target) {
      const [, second] = membersOf(target);
      await withInstanceOn(target, `?target=${second}`, async (_, __, { id }) => {
        const byStatus = (await get(target, "/1.0/operations?recursion=1")).metadata as Record<
          string,
          readonly Fields[]
        >;
        const found = (byStatus["success"] ?? []).find((operation) => operation["id"] === id);
        assert.equal(found?.["location"], second);
        const { object } = await read(target, `/1.0/operations/${id}`);
        assert.equal(object["location"], second);
      });
    },
  },
  {
    name: "a stopped instance is moved to another member, and stays the same",
    async run(target) {
      const [, second, third] = membersOf(target);
      await withInstanceOn(target, `?target=${second}`, async (name) => {
        const url = `/1.0/instances/${name}`;
        const body = { name, migration: true };
        const answer = await send(target, "POST", `${url}?target=${third}`, { body });
        const { description, location } = await succeeds(target, answer);
        assert.equal(description, "Migrating instance");
        assert.equal(location, second);
        assert.equal(await locationOf(target, name), third);
        const again = await send(target, "POST", `${url}?target=${third}`, { body });
        if (target.flavour === "incus") {
          assertRefused(again, 400, "Requested target server is the same as current server");
        } else await fails(target, again, "Target must be different than instance's current location");
        const missing = {
          lxd: "Failed to get target node: Cluster member not found",
          incus: 'Cluster member "nope" not found',
        };
        await assertAllRefused(target, [["POST", `${url}?target=nope`, body, 404, missing]]);
      });
    },
  },
  {
    name: "an instance that runs is not moved",
    async run(target) {
      const [, second, third] = membersOf(target);
      const { name: _, ...image } = fromImage(target, "");
      await withInstanceOn(
        target,
        `?target=${second}`,
        async (name) => {
          const url = `/1.0/instances/${name}`;
          await bringTo(target, url, { action: "start" });
          const moved = await send(target, "POST", `${url}?target=${third}`, { body: { name, migration: true } });
          if (target.flavour === "incus") {
            assertRefused(moved, 400, "Instance must be stopped to be moved statelessly");
            const body = { name, migration: true, live: true };
            const live = await send(target, "POST", `${url}?target=${third}`, { body });
            await fails(target, live, /^Failed setting up instance migration on source: Unable to .* CRIU isn't/);
            return;
          }
          await fails(target, moved, /^Failed stopping instance "[^"]+": Unable to perform container live migration\./);
        },
        image,
      );
    },
  },
  {
    name: "an evacuation stops what wants that and moves the rest, and a restoration undoes both",
    async run(target) {
      const [, second] = membersOf(target);
      const { name: _, ...image } = fromImage(target, "");
      const query = `?target=${second}`;
      const change = async (action: string): Promise<void> => {
        const path = `/1.0/cluster/members/${second}/state`;
        await succeeds(target, await send(target, "POST", path, { body: { action } }));
      };
      const placeOf = async (name: string): Promise<readonly unknown[]> => {
        const { object } = await read(target, `/1.0/instances/${name}`);
        return [object["location"], object["status"], (object["config"] as Fields)["volatile.evacuate.origin"]];
      };
      await withInstanceOn(
        target,
        query,
        async (mover) => {
          await withInstanceOn(
            target,
            query,
            async (stayer) => {
              for (const name of [mover, stayer]) await bringTo(target, `/1.0/instances/${name}`, { action: "start" });
              await change("evacuate");
              try {
                const [location, status, origin] = await placeOf(mover);
                assert.notEqual(location, second);
                assert.equal(status, "Running");
                assert.equal(origin, second);
                assert.deepEqual(await placeOf(stayer), [second, "Stopped", undefined]);
                const start = await send(target, "PUT", `/1.0/instances/${stayer}/state`, {
                  body: { action: "start" },
                });
                assertRefused(start, 403, "Cluster member is evacuated");
              } finally {
                await change("restore");
              }
              for (const name of [mover, stayer]) {
                await eventually(`${name} runs`, async () =>
                  (await placeOf(name))[1] === "Running" ? true : undefined,
                );
                assert.deepEqual(await placeOf(name), [second, "Running", undefined]);
              }
              const refused = await send(target, "DELETE", `/1.0/cluster/members/${second}`);
              const kind = of(target, { lxd: "containers", incus: "instances" });
              assertRefused(refused, 500, new RegExp(`^Node still has the following ${kind}: `));
            },
            { ...image, config: { "cluster.evacuate": "stop" } },
          );
        },
        image,
      );
    },
  },
]);
