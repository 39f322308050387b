import assert from "node:assert/strict";
import type { Instance, LifecycleEvent } from "@lxdkit/protocol";
import type { ContractCase, ContractTarget } from "./contract-case.ts";
import { snapshot, snapshotNames } from "./instance-snapshot-cases.ts";
import { bringTo, cleaningUp, post, readInstance, uniqueName, withInstance } from "./own-instance.ts";
import { type Fields, of, read, shortName, withObject } from "./own-object.ts";
import { type Answer, assertRefused, assertSync, fails, get, send, succeeds } from "./raw-http.ts";
import { listenToEvents } from "./raw-events.ts";

const defaults = { profiles: ["default"] };

function copy(target: ContractTarget, name: string, source: Fields, extra: Fields = defaults): Promise<Answer> {
  return post(target, { name, source: { type: "copy", ...source }, ...extra });
}

async function withCopy(
  target: ContractTarget,
  source: Fields,
  extra: Fields,
  use: (path: string, instance: Instance, name: string) => Promise<void>,
): Promise<void> {
  const name = uniqueName();
  await cleaningUp(target, name, async () => {
    await succeeds(target, await copy(target, name, source, { ...defaults, ...extra }));
    const path = `/1.0/instances/${name}`;
    await use(path, (await readInstance(target, path)).instance, name);
  });
}

const original = {
  description: "the original",
  config: { "user.a": "1", "limits.memory": "64MB" },
  devices: { x: { type: "none" } },
};

/** Instances made from other instances. */
export const copyCases: readonly ContractCase[] = [
  {
    name: "a copy has what the original has but for its identity, its description and its volatile keys",
    async run(target) {
      await withInstance(
        target,
        async (path, source) => {
          await succeeds(target, await snapshot(target, path, { name: "s1", expires_at: "2030-01-01T00:00:00Z" }));
          const from = (await readInstance(target, path)).instance;
          await withCopy(target, { source }, {}, async (url, instance) => {
            assert.equal(instance.config["volatile.apply_template"], "copy");
            for (const key of ["user.a", "limits.memory", "volatile.base_image", "image.os"]) {
              assert.equal(instance.config[key], from.config[key], key);
            }
            for (const key of ["volatile.uuid", "volatile.cloud-init.instance-id", "volatile.eth0.hwaddr"]) {
              assert.ok(instance.config[key] !== undefined && instance.config[key] !== from.config[key], key);
            }
            assert.deepEqual([instance.description, instance.devices], ["", { x: { type: "none" } }]);
            assert.deepEqual(instance.profiles, ["default"]);
            const one = (await read(target, `${url}/snapshots/s1`)).object;
            assert.deepEqual(one, (await read(target, `${path}/snapshots/s1`)).object);
          });
        },
        original,
      );
    },
  },
  {
    name: "what a copy is asked to be wins over the original, and an empty value removes a key",
    async run(target) {
      await withInstance(
        target,
        async (path, source) => {
          await succeeds(target, await snapshot(target, path, { name: "s1" }));
          const extra = {
            description: "mine",
            ephemeral: true,
            config: { "user.a": "", "user.b": "2" },
            devices: { y: { type: "none" } },
          };
          await withCopy(target, { source, instance_only: true }, extra, async (url, instance) => {
            assert.deepEqual([instance.description, instance.ephemeral], ["mine", true]);
            assert.equal(instance.config["user.a"], undefined);
            assert.equal(instance.config["user.b"], "2");
            assert.deepEqual(Object.keys(instance.devices), ["x", "y"]);
            assert.deepEqual(await snapshotNames(target, url), []);
          });
        },
        original,
      );
    },
  },
  {
    name: "a snapshot is copied as it was when it was made",
    async run(target) {
      await withInstance(target, async (path, source) => {
        await succeeds(target, await snapshot(target, path, { name: "s1" }));
        assertSync(await send(target, "PATCH", path, { body: { config: { "user.late": "1" } } }));
        const name = uniqueName();
        await cleaningUp(target, name, async () => {
          const made = await succeeds(target, await copy(target, name, { source: `${source}/s1` }));
          assert.equal(made.description, "Creating instance");
          const own = `/1.0/instances/${name}`;
          assert.deepEqual(
            made.resources,
            of<unknown>(target, {
              lxd: {
                containers: [`/1.0/containers/${name}`, `/1.0/containers/${source}/s1`],
                instances: [own, `${path}/s1`],
              },
              incus: { instances: [own, `${path}%2Fs1`] },
            }),
          );
          const { instance } = await readInstance(target, own);
          assert.equal(instance.config["user.late"], undefined);
          assert.deepEqual(await snapshotNames(target, own), []);
        });
      });
    },
  },
  {
    name: "a copy in another project and pool has its snapshots there",
    async run(target) {
      const pool = shortName();
      const project = shortName();
      const config = { "features.images": "false", "features.profiles": "false" };
      await withObject(target, "/1.0/storage-pools", { name: pool, driver: "dir" }, async () => {
        await withObject(target, "/1.0/projects", { name: project, config }, async () => {
          await withInstance(target, async (path, source) => {
            await succeeds(target, await snapshot(target, path, { name: "s1" }));
            const query = `?project=${project}`;
            const root = { path: "/", pool, type: "disk" };
            const name = uniqueName();
            const body = {
              ...{ name, ...defaults, devices: { root } },
              source: { type: "copy", source, project: "default" },
            };
            await succeeds(target, await send(target, "POST", `/1.0/instances${query}`, { body }));
            const url = `/1.0/instances/${name}${query}`;
            const { object } = await read(target, url);
            assert.deepEqual([object["project"], object["devices"]], [project, { root }]);
            const snapshots = await get(target, `/1.0/instances/${name}/snapshots${query}&recursion=1`);
            const [one] = snapshots.metadata as readonly Fields[];
            assert.deepEqual(one?.["devices"], { root });
            await succeeds(target, await send(target, "DELETE", url));
          });
        });
      });
    },
  },
  {
    name: "what cannot be copied is refused, at once or in the operation",
    async run(target) {
      await withInstance(target, async (_, source) => {
        const name = uniqueName();
        await cleaningUp(target, name, async () => {
          const noun = of(target, { lxd: "InstanceSnapshot", incus: "Instance_snapshot" });
          const lacks = (one: string, project = "default"): string =>
            `Failed to fetch instance "${one}" in project "${project}": Instance not found`;
          assertRefused(await copy(target, name, { source: "" }), 400, "Must specify a source instance");
          assertRefused(await copy(target, name, { source: "no-such" }), 404, lacks("no-such"));
          const elsewhere = await copy(target, name, { source, project: "no-such" });
          assertRefused(elsewhere, 404, lacks(source, "no-such"));
          assertRefused(
            await copy(target, name, { source: `${source}/no-such` }),
            404,
            `Failed to fetch snapshot "no-such" of instance "${source}" in project "default": ${noun} not found`,
          );
          const about = "Failed creating instance record";
          const unknown = await copy(target, name, { source }, { ...defaults, config: { nope: "1" } });
          await fails(target, unknown, `${about}: Unknown configuration key: nope`);
          const root = { path: "/", pool: "no-such", type: "disk" };
          const poolless = await copy(target, name, { source }, { ...defaults, devices: { root } });
          const verb = of(target, { lxd: "initialising", incus: "initializing" });
          const missing = `Failed ${verb} instance: Failed loading storage pool: Storage pool not found`;
          await fails(target, poolless, `${about}: ${missing}`);
          const taken = of(target, {
            lxd: 'This "instances" entry already exists',
            incus: 'Failed to create "instances" entry: UNIQUE constraint failed: instances.project_id, instances.name',
          });
          const twice = await copy(target, source, { source });
          await fails(target, twice, `${about}: Add instance info to the database: ${taken}`);
          // LXD gives a copy no profile by itself, so that this one has no root disk.
          const bare = await post(target, { name, source: { type: "copy", source } });
          const rootless = "Failed getting root disk: No root device could be found";
          if (target.flavour === "lxd")
            await fails(target, bare, `${about}: Failed initialising instance: ${rootless}`);
          else await succeeds(target, bare);
        });
      });
    },
  },
  {
    name: "a refresh brings the snapshots of a copy up to date and leaves the rest, but not while it runs",
    async run(target) {
      const events = await listenToEvents(target, "?type=lifecycle");
      try {
        await withInstance(target, async (path, source) => {
          for (const name of ["s1", "s2"]) await succeeds(target, await snapshot(target, path, { name }));
          await withCopy(target, { source }, {}, async (url, before, name) => {
            await succeeds(target, await send(target, "DELETE", `${path}/snapshots/s1`));
            await succeeds(target, await snapshot(target, path, { name: "s3" }));
            await succeeds(
              target,
              await copy(target, name, { source, refresh: true }, { ...defaults, description: "x" }),
            );
            assert.deepEqual(await snapshotNames(target, url), ["s2", "s3"]);
            assert.deepEqual((await readInstance(target, url)).instance, before);
            await events.find("the snapshot that is gone", ({ metadata }) => {
              const { action, source: about } = metadata as LifecycleEvent;
              return action === "instance-snapshot-deleted" && about === `${url}/snapshots/s1`;
            });
            await bringTo(target, url, { action: "start" });
            const noun = of(target, { lxd: "instance", incus: "target instance" });
            const text = `Failed getting exclusive access to ${noun}: Instance is running`;
            await fails(target, await copy(target, name, { source, refresh: true }), text);
          });
        });
      } finally {
        events.close();
      }
    },
  },
  {
    name: "a running instance can be copied; only Incus starts the copy",
    async run(target) {
      await withInstance(target, async (path, source) => {
        await bringTo(target, path, { action: "start" });
        await withCopy(target, { source, live: true }, { start: true }, async (_, instance) => {
          assert.equal(instance.status, of(target, { lxd: "Stopped", incus: "Running" }));
          await Promise.resolve();
        });
      });
    },
  },
];
