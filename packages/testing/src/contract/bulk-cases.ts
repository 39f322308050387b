import assert from "node:assert/strict";
import type { Instance } from "@lxdkit/protocol";
import type { ContractCase, ContractTarget } from "./contract-case.ts";
import { snapshot } from "./instance-snapshot-cases.ts";
import { bringTo, readInstance, readState, uniqueName, withInstance } from "./own-instance.ts";
import { assertAllRefused, type Fields, of, shortName, withObject } from "./own-object.ts";
import { type Answer, assertRefused, assertSync, eventually, fails, get, send, succeeds } from "./raw-http.ts";

const instances = "/1.0/instances";

function rebuild(target: ContractTarget, path: string, source: Fields): Promise<Answer> {
  return send(target, "POST", `${path}/rebuild`, { body: { source } });
}

/** All instances at once, and what only Incus does with one. */
export const bulkCases: readonly ContractCase[] = [
  {
    name: "the state of all instances of a project is changed at once",
    async run(target) {
      const project = shortName();
      const config = { "features.images": "false", "features.profiles": "false" };
      await withObject(target, "/1.0/projects", { name: project, config }, async () => {
        const query = `?project=${project}`;
        const [a, b] = [uniqueName(), uniqueName()];
        const all = (state: Fields): Promise<Answer> =>
          send(target, "PUT", `${instances}${query}`, { body: { state } });
        const statuses = async (): Promise<string> =>
          ((await get(target, `${instances}${query}&recursion=1`)).metadata as readonly Instance[])
            .map(({ status }) => status)
            .join();
        for (const name of [a, b]) {
          const body = { name, source: { type: "image", alias: target.imageAlias } };
          await succeeds(target, await send(target, "POST", `${instances}${query}`, { body }));
        }
        try {
          const nobody = await succeeds(target, await all({ action: "stop", force: true }));
          assert.deepEqual(nobody.resources, of<unknown>(target, { lxd: { instances: null }, incus: {} }));
          const started = await succeeds(target, await all({ action: "start" }));
          assert.equal(started.description, "Starting instance");
          const urls = (started.resources["instances"] ?? []).map((url) => url.replace(query, ""));
          assert.deepEqual([...urls].sort(), [`${instances}/${a}`, `${instances}/${b}`].sort());
          assert.equal(await statuses(), "Running,Running");
          await succeeds(target, await all({ action: "freeze" }));
          assert.equal(await statuses(), "Frozen,Frozen");
          const again =
            /^The following instances failed to update state:\n( - Instance: .*: The container is already frozen\n){2}$/;
          await fails(target, await all({ action: "freeze" }), again);
          await succeeds(target, await all({ action: "unfreeze" }));
          // LXD 5.0.2 chooses those that are off.
          assert.equal(await statuses(), of(target, { lxd: "Frozen,Frozen", incus: "Running,Running" }));
          await succeeds(target, await all({ action: "restart", force: true }));
          assert.equal(await statuses(), "Running,Running");
        } finally {
          await succeeds(target, await all({ action: "stop", force: true }));
          for (const name of [a, b]) {
            await succeeds(target, await send(target, "DELETE", `${instances}/${name}${query}`));
          }
        }
      });
      await assertAllRefused(target, [
        ["PUT", instances, "", 400, "EOF"],
        ["PUT", instances, {}, 400, "Unknown action: ''"],
        ["PUT", instances, { state: { action: "foo" } }, 400, "Unknown action: 'foo'"],
        [
          "PUT",
          `${instances}?project=no-such`,
          { state: { action: "stop" } },
          500,
          /^failed to add "Stopping instance" Operation [0-9a-f-]{36} to database: Fetch project ID: Project not found$/,
        ],
      ]);
    },
  },
  {
    name: "Incus rebuilds an instance from an image or as an empty one; LXD does not know how",
    async run(target) {
      await withInstance(
        target,
        async (path) => {
          const image = { type: "image", alias: target.imageAlias };
          if (target.flavour === "lxd") return assertRefused(await rebuild(target, path, image), 404, "not found");
          const before = (await readInstance(target, path)).instance;
          const made = await succeeds(target, await rebuild(target, path, { type: "none" }));
          assert.equal(made.description, "Rebuilding instance");
          assert.deepEqual(made.resources, { instances: [path] });
          const empty = (await readInstance(target, path)).instance;
          assert.deepEqual(
            Object.keys(empty.config).filter((key) => key.startsWith("image.") || key === "volatile.base_image"),
            [],
          );
          await succeeds(target, await rebuild(target, path, image));
          const { instance } = await readInstance(target, path);
          const { "volatile.idmap.next": _, "volatile.last_state.idmap": __, ...kept } = before.config;
          assert.deepEqual(instance.config, kept);
          await fails(
            target,
            await rebuild(target, path, { type: "image", alias: "no-such" }),
            "Image not provided for instance rebuild",
          );
          const vague = "Must specify one of alias, fingerprint or properties for init from image";
          await assertAllRefused(target, [
            ["POST", `${path}/rebuild`, "", 400, "EOF"],
            ["POST", `${path}/rebuild`, {}, 500, vague],
            [
              "POST",
              `${instances}/no-such/rebuild`,
              { source: image },
              404,
              "Failed loading instance: Instance not found",
            ],
            [
              "POST",
              `${path}/rebuild?project=no-such`,
              { source: image },
              404,
              "Failed loading project: Project not found",
            ],
          ]);
          await bringTo(target, path, { action: "start" });
          assertRefused(await rebuild(target, path, image), 400, "Instance must be stopped to be rebuilt");
          await bringTo(target, path, { action: "stop", force: true });
          await succeeds(target, await snapshot(target, path, {}));
          const held = "Cannot remove an instance volume that has snapshots";
          await fails(target, await rebuild(target, path, image), `Failed rebuilding instance from image: ${held}`);
          await fails(
            target,
            await rebuild(target, path, { type: "none" }),
            `Failed rebuilding as an empty instance: ${held}`,
          );
        },
        { config: { "user.a": "1" } },
      );
    },
  },
  {
    name: "the state of a running instance shows its limits on Incus, its traffic on both",
    async run(target) {
      const config = { "limits.memory": "200MB", "limits.cpu": "1" };
      await withInstance(
        target,
        async (path) => {
          await bringTo(target, path, { action: "start" });
          const state = await eventually("an address", async () => {
            const now = await readState(target, path);
            const families = now.network?.["eth0"]?.addresses.map(({ family }) => family) ?? [];
            return families.includes("inet") ? now : undefined;
          });
          const counters = state.network?.["eth0"]?.counters;
          assert.ok(counters !== undefined && counters.bytes_received > 0 && counters.packets_sent > 0);
          assert.ok(state.cpu.usage > 0 && state.memory.usage < 200_000_000);
          // The kernel counts memory in strides.
          await eventually("memory in use", async () => {
            const { memory } = await readState(target, path);
            return memory.usage > 0 ? memory : undefined;
          });
          assert.deepEqual(state.disk, {});
          const { total } = state.memory as unknown as Fields;
          // Whole pages of 4 KiB.
          assert.equal(total, of<unknown>(target, { lxd: undefined, incus: 199_999_488 }));
          // The processors are handed out a moment after the start.
          const allocated = of<unknown>(target, { lxd: undefined, incus: 1_000_000_000 });
          await eventually("one processor", async () => {
            const { cpu } = await readState(target, path);
            return (cpu as unknown as Fields)["allocated_time"] === allocated ? cpu : undefined;
          });
        },
        { config },
      );
    },
  },
  {
    name: "Incus dumps the memory of virtual machines alone",
    async run(target) {
      await withInstance(
        target,
        async (path) => {
          const memory = await get(target, `${path}/debug/memory`);
          if (target.flavour === "lxd") {
            assertRefused(memory, 404, "not found");
            return;
          }
          assertRefused(memory, 400, "Memory dumps are only supported for virtual machines");
          assertRefused(await get(target, `${instances}/no-such/debug/memory`), 404);
          assertSync(await get(target, path));
        },
        { source: { type: "none" } },
      );
    },
  },
];
