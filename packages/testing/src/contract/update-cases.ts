import assert from "node:assert/strict";
import type { Instance } from "@lxdkit/protocol";
import { etagOf } from "../core/etag.ts";
import type { ContractCase, ContractTarget } from "./contract-case.ts";
import { readInstance, withInstance } from "./own-instance.ts";
import { assertRefused, assertSync, fails, get, send, succeeds } from "./raw-http.ts";

/** Changing instances, with and without ETags. */
export const updateCases: readonly ContractCase[] = [
  {
    name: "PUT is an operation and replaces the whole writable part",
    async run(target) {
      await withInstance(
        target,
        async (path) => {
          const { instance, etag } = await readInstance(target, path);
          const body = {
            ...instance,
            description: "changed",
            config: { ...instance.config, "user.a": "2" },
            devices: { none: { type: "none" } },
          };
          const answer = await send(target, "PUT", path, { body, headers: { "If-Match": etag } });
          const { description, resources } = await succeeds(target, answer);
          assert.equal(description, "Updating instance");
          assert.deepEqual(resources["instances"], [path]);
          const after = await readInstance(target, path);
          assert.notEqual(after.etag, etag);
          assert.equal(after.instance.description, "changed");
          assert.equal(after.instance.config["user.a"], "2");
          assert.deepEqual(after.instance.devices, { none: { type: "none" } });
        },
        { config: { "user.a": "1" } },
      );
    },
  },
  {
    name: "PATCH is not an operation; it merges maps, and an empty value removes a key",
    async run(target) {
      await withInstance(
        target,
        async (path) => {
          const patch = async (body: unknown): Promise<void> => {
            const answer = await send(target, "PATCH", path, { body });
            assertSync(answer);
            assert.deepEqual(answer.metadata, {});
          };
          await patch({ config: { "user.b": "2" }, devices: { none: { type: "none" } } });
          await patch({ config: { "user.a": "" }, description: "patched" });
          const { instance } = await readInstance(target, path);
          assert.equal(instance.config["user.a"], undefined);
          assert.equal(instance.config["user.b"], "2");
          assert.deepEqual(instance.devices, { none: { type: "none" } });
          assert.equal(instance.description, "patched");
        },
        { config: { "user.a": "1" } },
      );
    },
  },
  {
    name: "If-Match: a stale one is 412 with both hashes, quotes do not matter, a star fits nothing",
    async run(target) {
      await withInstance(target, async (path) => {
        const stale = (await readInstance(target, path)).etag;
        await send(target, "PATCH", path, { body: { config: { "user.a": "1" } } });
        const { etag } = await readInstance(target, path);
        const bare = (quoted: string): string => quoted.replaceAll('"', "");
        const body = { description: "x" };
        for (const method of ["PUT", "PATCH"]) {
          const answer = await send(target, method, path, { body, headers: { "If-Match": stale } });
          assertRefused(answer, 412, `ETag doesn't match: ${bare(etag)} vs ${bare(stale)}`);
        }
        assertRefused(await send(target, "PATCH", path, { body, headers: { "If-Match": "*" } }), 412);
        assertSync(await send(target, "PATCH", path, { body, headers: { "If-Match": bare(etag) } }));
      });
    },
  },
  {
    name: "the description is not part of the ETag",
    async run(target) {
      await withInstance(target, async (path) => {
        const before = await readInstance(target, path);
        assertSync(await send(target, "PATCH", path, { body: { description: "other" } }));
        const after = await readInstance(target, path);
        assert.equal(after.instance.description, "other");
        assert.equal(after.etag, before.etag);
      });
    },
  },
  {
    name: "the ETag covers architecture, config, devices, ephemeral and the profiles; LXD's can be computed",
    async run(target) {
      await withInstance(target, async (path) => {
        const seen = new Set<string>();
        const changes = [
          {},
          { config: { "user.a": "1" } },
          { devices: { none: { type: "none" } } },
          { ephemeral: true },
        ];
        for (const body of changes) {
          assertSync(await send(target, "PATCH", path, { body }));
          const { instance, etag } = await readInstance(target, path);
          seen.add(etag);
          if (target.flavour === "lxd") assert.equal(etag, `"${await lxdEtag(target, instance)}"`);
        }
        assertSync(await send(target, "PATCH", path, { body: { ephemeral: false } }));
        assert.equal(seen.size, changes.length);
      });
    },
  },
  {
    name: "DELETE and changes of state do not look at If-Match",
    async run(target) {
      await withInstance(target, async (path) => {
        const headers = { "If-Match": '"stale"' };
        await succeeds(target, await send(target, "PUT", `${path}/state`, { body: { action: "start" }, headers }));
        const stop = { action: "stop", force: true, timeout: -1 };
        await succeeds(target, await send(target, "PUT", `${path}/state`, { body: stop, headers }));
        await succeeds(target, await send(target, "DELETE", path, { headers }));
      });
    },
  },
  {
    name: "a PUT that leaves the configuration out would drop volatile keys, and fails",
    async run(target) {
      await withInstance(target, async (path) => {
        const before = await readInstance(target, path);
        const text = "Volatile idmap keys can't be deleted by the user";
        await fails(target, await send(target, "PUT", path, { body: {} }), text);
        assert.deepEqual(await readInstance(target, path), before);
      });
    },
  },
  {
    name: "an unknown key fails in the operation of a PUT and as 500 of a PATCH",
    async run(target) {
      await withInstance(target, async (path) => {
        const { instance } = await readInstance(target, path);
        const body = { ...instance, config: { ...instance.config, "bad.key": "1" } };
        const text = "Invalid config: Unknown configuration key: bad.key";
        await fails(target, await send(target, "PUT", path, { body }), text);
        assertRefused(await send(target, "PATCH", path, { body: { config: { "bad.key": "1" } } }), 500, text);
        assert.deepEqual((await readInstance(target, path)).instance, instance);
      });
    },
  },
  {
    name: "an unknown profile is 404 and a body that is no JSON 400, at once",
    async run(target) {
      await withInstance(target, async (path) => {
        const { instance } = await readInstance(target, path);
        const body = { ...instance, profiles: ["no-such-profile"] };
        for (const method of ["PUT", "PATCH"]) {
          assertRefused(await send(target, method, path, { body }), 404, "Profile not found");
          assertRefused(await send(target, method, path, { body: "{bad" }), 400);
        }
      });
    },
  },
  {
    name: "a project that does not exist has no such instance",
    async run(target) {
      const path = "/1.0/instances/no-such-instance?project=no-such-project";
      const text = target.flavour === "lxd" ? "Instance not found" : "Project not found";
      assertRefused(await get(target, path), 404, text);
      assertRefused(await send(target, "DELETE", path), 404, text);
    },
  },
];

/** What LXD 5.0.2 hashes: its number of x86_64, and null for devices and users where there are none. */
async function lxdEtag(target: ContractTarget, instance: Instance): Promise<string> {
  const { architecture, config, devices, ephemeral } = instance;
  const number = architecture === "x86_64" ? 2 : architecture;
  const profiles = await Promise.all(
    instance.profiles.map(async (name) => {
      const profile = (await get(target, `/1.0/profiles/${name}`)).metadata as Record<string, unknown>;
      return { ...profile, used_by: null };
    }),
  );
  return etagOf([number, config, Object.keys(devices).length === 0 ? null : devices, ephemeral, profiles]);
}
