import assert from "node:assert/strict";
import type { LifecycleEvent } from "@lxdkit/protocol";
import type { ContractCase } from "./contract-case.ts";
import { snapshot, snapshotNames } from "./instance-snapshot-cases.ts";
import { bringTo, readInstance, withInstance } from "./own-instance.ts";
import { type Fields, of, read } from "./own-object.ts";
import { type Answer, assertRefused, assertSync, fails, send, succeeds } from "./raw-http.ts";
import { listenToEvents } from "./raw-events.ts";

/** Going back to a snapshot. */
export const restoreCases: readonly ContractCase[] = [
  {
    name: "restore brings back what the instance was when the snapshot was made",
    async run(target) {
      const events = await listenToEvents(target, "?type=lifecycle");
      try {
        await withInstance(
          target,
          async (path, name) => {
            await succeeds(target, await snapshot(target, path, { name: "s1" }));
            const before = await readInstance(target, path);
            const change = {
              description: "changed",
              config: { "user.a": "2", "user.b": "1" },
              devices: { extra: { type: "none" } },
            };
            assertSync(await send(target, "PATCH", path, { body: change }));
            const body = { restore: "s1", description: "ignored", config: { "user.z": "1" } };
            const restored = await succeeds(target, await send(target, "PUT", path, { body }));
            assert.equal(restored.description, "Restoring snapshot");
            const { instance } = await readInstance(target, path);
            const { "volatile.uuid.generation": after, ...config } = instance.config;
            const { "volatile.uuid.generation": earlier, ...wanted } = before.instance.config;
            assert.deepEqual(config, wanted);
            if (target.flavour === "incus") assert.notEqual(after, earlier);
            assert.deepEqual([instance.description, instance.devices], ["", {}]);
            const event = await events.find("the restoration", ({ metadata }) => {
              const { action, source } = metadata as LifecycleEvent;
              return action === "instance-restored" && source === path;
            });
            assert.deepEqual((event.metadata as LifecycleEvent).context, { snapshot: `${name}/s1` });
            // With the instance's name in front it works too.
            await succeeds(target, await send(target, "PUT", path, { body: { restore: `${name}/s1` } }));
          },
          { config: { "user.a": "1" } },
        );
      } finally {
        events.close();
      }
    },
  },
  {
    name: "restore fails in the operation without such a snapshot and for a state that was not kept",
    async run(target) {
      await withInstance(target, async (path, name) => {
        await succeeds(target, await snapshot(target, path, { name: "s1" }));
        const restore = (body: Fields): Promise<Answer> => send(target, "PUT", path, { body });
        await fails(target, await restore({ restore: "no-such" }), `Snapshot ${name}/no-such does not exist`);
        const verb = of(target, { lxd: "by", incus: "but" });
        const stateless = `Stateful snapshot restore requested ${verb} snapshot is stateless`;
        await fails(target, await restore({ restore: "s1", stateful: true }), stateless);
        const answer = await send(target, "PUT", path, { body: { restore: "s1" }, headers: { "If-Match": '"x"' } });
        assertRefused(answer, 412);
      });
    },
  },
  {
    name: "a running instance runs again after a restore",
    async run(target) {
      await withInstance(target, async (path) => {
        await succeeds(target, await snapshot(target, path, { name: "s1" }));
        await bringTo(target, path, { action: "start" });
        const stateful = of(target, {
          lxd: "Unable to create a stateful snapshot. CRIU isn't installed",
          incus: "Stateful snapshots require that the instance has migration.stateful be set to true",
        });
        await fails(target, await snapshot(target, path, { name: "st", stateful: true }), stateful);
        await succeeds(target, await snapshot(target, path, { name: "live" }));
        const live = (await read(target, `${path}/snapshots/live`)).object["config"] as Fields;
        assert.equal(live["volatile.last_state.power"], "RUNNING");
        await succeeds(target, await send(target, "PUT", path, { body: { restore: "s1" } }));
        assert.equal((await readInstance(target, path)).instance.status, "Running");
      });
    },
  },
  {
    name: "an image is made of a snapshot, of an instance that is off, and of nothing else",
    async run(target) {
      await withInstance(target, async (path, name) => {
        await succeeds(target, await snapshot(target, path, { name: "s1" }));
        const publish = (source: Fields): Promise<Answer> => send(target, "POST", "/1.0/images", { body: { source } });
        const made = await succeeds(target, await publish({ type: "snapshot", name: `${name}/s1` }));
        const url = `/1.0/images/${String(made.metadata["fingerprint"])}`;
        const image = (await read(target, url)).object;
        assert.deepEqual([image["type"], image["architecture"]], ["container", "x86_64"]);
        await succeeds(target, await send(target, "DELETE", url));
        await fails(target, await publish({ type: "snapshot", name }), "Not a snapshot");
        await fails(target, await publish({ type: "instance", name: `${name}/s1` }), "This is a snapshot");
        const missing = await publish({ type: "snapshot", name: `${name}/no-such` });
        const about = `Failed to fetch snapshot "no-such" of instance "${name}" in project "default"`;
        if (target.flavour === "lxd") assertRefused(missing, 404, "Instance not found");
        else await fails(target, missing, `${about}: Instance_snapshot not found`);
        await bringTo(target, path, { action: "start" });
        const running = await publish({ type: "instance", name });
        await fails(target, running, "Cannot export a running instance as an image");
      });
    },
  },
  {
    name: "security.protection.delete keeps an instance, and its snapshots",
    async run(target) {
      await withInstance(
        target,
        async (path) => {
          await succeeds(target, await snapshot(target, path, { name: "s1" }));
          const text = of(target, { lxd: "Container is protected", incus: "Instance is protected" });
          await fails(target, await send(target, "DELETE", path), text);
          assert.deepEqual(await snapshotNames(target, path), ["s1"]);
          assertSync(await send(target, "PATCH", path, { body: { config: { "security.protection.delete": "" } } }));
        },
        { config: { "security.protection.delete": "true" } },
      );
    },
  },
];
