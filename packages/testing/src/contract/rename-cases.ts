import assert from "node:assert/strict";
import type { LifecycleEvent } from "@lxdkit/protocol";
import type { ContractCase, ContractTarget } from "./contract-case.ts";
import { snapshot, snapshotNames } from "./instance-snapshot-cases.ts";
import { bringTo, cleaningUp, post, readInstance, removeInstance, uniqueName, withInstance } from "./own-instance.ts";
import { assertAllRefused, type Fields, of, shortName, withObject } from "./own-object.ts";
import { type Answer, assertRefused, fails, get, send, succeeds } from "./raw-http.ts";
import { listenToEvents } from "./raw-events.ts";

function move(target: ContractTarget, path: string, body: Fields): Promise<Answer> {
  return send(target, "POST", path, { body });
}

const taken = { lxd: 'This "instances" entry already exists', incus: "" };
// Incus tells who failed first: its sending or its receiving half.
const onIncus = (text: string) => new RegExp(`^(Instance move to destination failed: )?${text}$`);
const unique = "UNIQUE constraint failed: instances.project_id, instances.name";

/** Another name, another pool and another project for an instance. */
export const renameCases: readonly ContractCase[] = [
  {
    name: "an instance is renamed with its snapshots, and is another machine for cloud-init",
    async run(target) {
      const name = uniqueName();
      const events = await listenToEvents(target, "?type=lifecycle");
      try {
        await cleaningUp(target, name, () =>
          withInstance(target, async (path, oldName) => {
            await succeeds(target, await snapshot(target, path, { name: "s1" }));
            const before = (await readInstance(target, path)).instance;
            const renamed = await succeeds(target, await move(target, path, { name }));
            assert.equal(renamed.description, "Renaming instance");
            assert.deepEqual(
              renamed.resources,
              of<unknown>(target, {
                lxd: { containers: [`/1.0/containers/${oldName}`], instances: [path] },
                incus: { instances: [path] },
              }),
            );
            assertRefused(await get(target, path), 404);
            const now = `/1.0/instances/${name}`;
            assert.deepEqual(await snapshotNames(target, now), ["s1"]);
            const after = (await readInstance(target, now)).instance;
            const id = "volatile.cloud-init.instance-id";
            // The templates that wait since it was made are still to be applied as to a new instance.
            assert.deepEqual(after.config, { ...before.config, [id]: after.config[id] });
            assert.notEqual(after.config[id], before.config[id]);
            assert.equal(after.created_at, before.created_at);
            const event = await events.find("the new name", ({ metadata }) => {
              const { action, source } = metadata as LifecycleEvent;
              return action === "instance-renamed" && source === now;
            });
            assert.deepEqual((event.metadata as LifecycleEvent).context, { old_name: oldName });
            await succeeds(target, await move(target, now, { name: oldName }));
          }),
        );
      } finally {
        events.close();
      }
    },
  },
  {
    name: "a name that an instance cannot get is refused, at once or in the operation",
    async run(target) {
      await withInstance(target, async (path, name) => {
        await withInstance(
          target,
          async (_, other) => {
            const invalid = "Invalid instance name: Name can only contain alphanumeric and hyphen characters";
            const gone = of(target, { lxd: "", incus: "Failed to get address of instance's member: " });
            await assertAllRefused(target, [
              ["POST", path, "", 400, "EOF"],
              ["POST", path, { name: "a/b" }, 400, 'The character "/" is reserved for snapshots'],
              ["POST", path, { name: "a_b" }, 400, invalid],
              ["POST", path, { name: other }, 409, `Name "${other}" already in use`],
              ["POST", "/1.0/instances/no-such", { name: "x" }, 404, `${gone}Instance not found`],
              ["POST", `${path}?project=no-such`, { name: "x" }, 404, `${gone}Instance not found`],
              [
                "POST",
                `${path}?target=x`,
                { name: "x" },
                { lxd: 404, incus: 400 },
                {
                  lxd: "Failed to get target node: Cluster member not found",
                  incus: "Target only allowed when clustered",
                },
              ],
            ]);
            for (const body of [{}, { name }]) {
              const answer = await move(target, path, body);
              if (target.flavour === "lxd") assertRefused(answer, 409, `Name "${name}" already in use`);
              else await fails(target, answer, "Invalid instance name: Name must be 1-63 characters long");
            }
          },
          { source: { type: "none" } },
        );
        await bringTo(target, path, { action: "start" });
        const noun = of(target, { lxd: "container", incus: "instance" });
        await fails(
          target,
          await move(target, path, { name: uniqueName() }),
          `Renaming of running ${noun} not allowed`,
        );
        const body = { pool: "default", migration: true };
        const running = await move(target, path, body);
        if (target.flavour === "incus") assertRefused(running, 400, "Instance must be stopped to be moved statelessly");
        else await fails(target, running, "Unable to perform container live migration. CRIU isn't installed");
      });
    },
  },
  {
    name: "an instance moves to another pool with its snapshots, and keeps its volatile keys",
    async run(target) {
      const pool = shortName();
      await withObject(target, "/1.0/storage-pools", { name: pool, driver: "dir" }, async () => {
        await withInstance(target, async (path, name) => {
          await succeeds(target, await snapshot(target, path, { name: "s1" }));
          const before = (await readInstance(target, path)).instance;
          const moved = await succeeds(target, await move(target, path, { name, pool, migration: true }));
          assert.equal(moved.description, "Migrating instance");
          assert.deepEqual(moved.resources, { instances: [path] });
          const after = (await readInstance(target, path)).instance;
          assert.deepEqual(after.devices, { root: { path: "/", pool, type: "disk" } });
          for (const key of ["volatile.uuid", "volatile.base_image"])
            assert.equal(after.config[key], before.config[key]);
          const [one] = (await get(target, `${path}/snapshots?recursion=1`)).metadata as readonly Fields[];
          assert.deepEqual([one?.["name"], one?.["devices"]], ["s1", { root: { path: "/", pool, type: "disk" } }]);
          const none = await move(target, path, { name, pool: "no-such", migration: true });
          const about = "Failed creating instance record";
          const missing = "instance: Failed loading storage pool: Storage pool not found";
          const text = of<RegExp | string>(target, {
            lxd: `${about}: Failed initialising ${missing}`,
            incus: onIncus(`${about}: Failed initializing ${missing}`),
          });
          await fails(target, none, text);
          const body = { name, pool: "default", migration: true, instance_only: true };
          await succeeds(target, await move(target, path, body));
          assert.deepEqual(await snapshotNames(target, path), []);
        });
      });
    },
  },
  {
    name: "an instance moves to another project",
    async run(target) {
      const project = shortName();
      const config = { "features.images": "false", "features.profiles": "false" };
      const body = { name: project, config };
      await withObject(target, "/1.0/projects", body, async () => {
        await withInstance(target, async (path, name) => {
          await succeeds(target, await snapshot(target, path, { name: "s1" }));
          const there = `${path}?project=${project}`;
          await succeeds(target, await move(target, path, { project, migration: true }));
          assertRefused(await get(target, path), 404);
          const { metadata } = await get(target, there);
          assert.equal((metadata as Fields)["project"], project);
          const urls = (await get(target, `${path}/snapshots?project=${project}`)).metadata;
          assert.deepEqual(urls, [`${path}/snapshots/s1?project=${project}`]);
          const own = await move(target, there, { name, project, migration: true });
          const about = "Failed creating instance record: Add instance info to the database";
          const text = of<RegExp | string>(target, {
            lxd: `${about}: ${taken.lxd}`,
            incus: onIncus(`${about}: Failed to create "instances" entry: ${unique}`),
          });
          await fails(target, own, text);
          const nowhere = await move(target, there, { name, project: "no-such", migration: true });
          const missing = of(target, {
            lxd: "Failed creating instance record: Project not found",
            incus: "Failed requesting instance create on destination: Failed loading project: Project not found",
          });
          await fails(target, nowhere, missing);
          const back = uniqueName();
          await succeeds(target, await move(target, there, { name: back, project: "default", migration: true }));
          await removeInstance(target, back);
        });
      });
    },
  },
  {
    name: "an instance of another architecture, or of an unknown kind, cannot be",
    async run(target) {
      const name = uniqueName();
      const none = { name, source: { type: "none" } };
      await cleaningUp(target, name, async () => {
        const foreign = "Failed creating instance record: Requested architecture isn't supported by this host";
        await fails(target, await post(target, { ...none, architecture: "aarch64" }), foreign);
        const unknown = "Architecture isn't supported: quark";
        assertRefused(await post(target, { ...none, architecture: "quark" }), 500, unknown);
        for (const type of ["t2.micro", "c", ":"]) {
          const answer = await post(target, { ...none, instance_type: type });
          assertRefused(answer, 400, `Provided instance type doesn't exist: ${type}`);
        }
        const body = { ...none, architecture: "i686", instance_type: "c1.5-m2", config: { "limits.cpu": "3" } };
        await succeeds(target, await post(target, body));
        const { instance } = await readInstance(target, `/1.0/instances/${name}`);
        assert.equal(instance.architecture, "i686");
        assert.equal(instance.config["limits.cpu"], "3");
        assert.equal(instance.config["limits.cpu.allowance"], "75%");
        assert.equal(instance.config["limits.memory"], of(target, { lxd: "2048MB", incus: "2048MiB" }));
      });
    },
  },
];
