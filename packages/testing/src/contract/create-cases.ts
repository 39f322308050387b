import assert from "node:assert/strict";
import type { Image, ImageAlias, Instance } from "@lxdkit/protocol";
import type { ContractCase, ContractTarget } from "./contract-case.ts";
import {
  changeState,
  cleaningUp,
  fromImage,
  post,
  readInstance,
  removeInstance,
  uniqueName,
  withInstance,
} from "./own-instance.ts";
import { assertRefused, eventually, fails, get, send, succeeds } from "./raw-http.ts";

/** Making instances from what the server has. */
export const createCases: readonly ContractCase[] = [
  {
    name: "POST /1.0/instances answers 202 with the operation, then the instance is there, stopped",
    async run(target) {
      const name = uniqueName();
      await cleaningUp(target, name, async () => {
        const answer = await post(target, fromImage(target, name));
        assert.equal(answer.status, 202, answer.text);
        const { metadata, ...envelope } = answer.body as Record<string, unknown>;
        const path = answer.headers.location ?? "";
        assert.match(path, /^\/1\.0\/operations\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
        assert.deepEqual(envelope, {
          type: "async",
          status: "Operation created",
          status_code: 100,
          operation: path,
          error_code: 0,
          error: "",
        });
        const { id, created_at, updated_at, ...rest } = metadata as Record<string, unknown>;
        assert.equal(path, `/1.0/operations/${String(id)}`);
        assert.equal(created_at, updated_at);
        const instances = [`/1.0/instances/${name}`];
        assert.deepEqual(rest, {
          class: "task",
          description: "Creating instance",
          status: "Running",
          status_code: 103,
          // Only LXD also names the instance under its old path.
          resources: target.flavour === "lxd" ? { containers: [`/1.0/containers/${name}`], instances } : { instances },
          metadata: null,
          may_cancel: false,
          err: "",
          location: "none",
        });
        await succeeds(target, answer);
        const { instance } = await readInstance(target, `/1.0/instances/${name}`);
        assert.equal(instance.name, name);
        assert.equal(instance.status, "Stopped");
        assert.equal(instance.status_code, 102);
      });
    },
  },
  {
    name: "a new instance has exactly the known fields and volatile keys",
    async run(target) {
      await withInstance(target, async (path) => {
        const { instance } = await readInstance(target, path);
        assert.deepEqual(Object.keys(instance).sort(), [
          ...["architecture", "config", "created_at", "description", "devices", "ephemeral", "expanded_config"],
          ...["expanded_devices", "last_used_at", "location", "name", "profiles", "project", "stateful", "status"],
          ...["status_code", "type"],
        ]);
        assert.equal(instance.type, "container");
        assert.equal(instance.location, "none");
        assert.equal(instance.project, "default");
        assert.equal(instance.last_used_at, "1970-01-01T00:00:00Z");
        assert.deepEqual(instance.profiles, ["default"]);
        assert.deepEqual(instance.devices, {});
        const nic = Object.keys(instance.expanded_devices).find(
          (device) => instance.expanded_devices[device]?.["type"] === "nic",
        );
        assert.deepEqual(volatileKeys(instance), [...expectedKeys(target, nic ?? ""), "volatile.base_image"].sort());
        const prefix = target.flavour === "lxd" ? "00:16:3e" : "10:66:6a";
        assert.equal(instance.config[`volatile.${nic}.hwaddr`]?.slice(0, 8), prefix);
      });
    },
  },
  {
    name: "an image may be named by fingerprint, by its start, or by properties; its properties become configuration",
    async run(target) {
      const alias = (await get(target, `/1.0/images/aliases/${encodeURIComponent(target.imageAlias)}`)).metadata;
      const fingerprint = (alias as ImageAlias).target;
      const image = (await get(target, `/1.0/images/${fingerprint}`)).metadata as Image;
      for (const source of [
        { fingerprint },
        { fingerprint: fingerprint.slice(0, 12) },
        { fingerprint, alias: "nope" },
      ]) {
        await withInstance(
          target,
          async (path) => {
            const { config } = (await readInstance(target, path)).instance;
            assert.equal(config["volatile.base_image"], fingerprint);
            for (const [key, value] of Object.entries(image.properties)) assert.equal(config[`image.${key}`], value);
          },
          { source: { type: "image", ...source } },
        );
      }
    },
  },
  {
    name: "a name is refused at once with the family's rule",
    async run(target) {
      const isLxd = target.flavour === "lxd";
      const hex = uniqueName().slice(-8);
      const bad: readonly (readonly [string, RegExp])[] = [
        [`-${hex}`, /must not start with "-"/],
        [`${hex}-`, isLxd && /^\d/.test(hex) ? /Invalid instance name/ : /must not end with "-"/],
        [`a_${hex}`, /alphanumeric and hyphen/],
        [`a.${hex}`, /alphanumeric and hyphen/],
        [`é${hex}`, /alphanumeric and hyphen/],
        [`a ${hex}`, /alphanumeric and hyphen/],
        [`a/${hex}`, /reserved for snapshots/],
        ["a".repeat(64), /1-63 characters/],
        ["123", isLxd ? /must not start with a number/ : /cannot be a number/],
      ];
      for (const [name, error] of bad) assertRefused(await post(target, fromImage(target, name)), 400, error);
      const digitFirst = `1${uniqueName()}`;
      await cleaningUp(target, digitFirst, async () => {
        const answer = await post(target, fromImage(target, digitFirst));
        if (isLxd) assertRefused(answer, 400, /must not start with a number/);
        else await succeeds(target, answer);
      });
      const longest = uniqueName().padEnd(63, "x");
      await cleaningUp(target, longest, async () => {
        await succeeds(target, await post(target, fromImage(target, longest)));
      });
    },
  },
  {
    name: "without a name the server makes one of two words",
    async run(target) {
      const answer = await post(target, { source: { type: "image", alias: target.imageAlias } });
      const { resources } = await succeeds(target, answer);
      const name = resources["instances"]?.[0]?.split("/").at(-1) ?? "";
      await cleaningUp(target, name, async () => {
        assert.match(name, /^[a-z]+-[a-z]+$/);
        await readInstance(target, `/1.0/instances/${name}`);
      });
    },
  },
  {
    name: "a name that is taken fails in the operation, and the first instance stays as it is",
    async run(target) {
      await withInstance(
        target,
        async (path, name) => {
          const before = await readInstance(target, path);
          await fails(
            target,
            await post(target, fromImage(target, name)),
            target.flavour === "lxd"
              ? 'Failed creating instance record: Add instance info to the database: This "instances" entry already exists'
              : /^Failed creating instance record: Add instance info to the database: .*UNIQUE constraint failed/,
          );
          assert.deepEqual(await readInstance(target, path), before);
        },
        { description: "the first" },
      );
    },
  },
  {
    name: "an unknown alias is 404 at once on LXD and a failed operation on Incus; an unknown fingerprint fails on both",
    async run(target) {
      const name = uniqueName();
      const missing = "Image not provided for instance creation";
      const unknownAlias = await post(target, { name, source: { type: "image", alias: "no-such-alias" } });
      if (target.flavour === "lxd") assertRefused(unknownAlias, 404, "Image alias not found");
      else await fails(target, unknownAlias, missing);
      await fails(target, await post(target, { name, source: { type: "image", fingerprint: "0000beef" } }), missing);
      assert.equal((await get(target, `/1.0/instances/${name}`)).status, 404);
    },
  },
  {
    name: "a source that makes no sense is refused at once",
    async run(target) {
      const name = uniqueName();
      assertRefused(await post(target, { name }), 400, "Unknown source type ");
      assertRefused(await post(target, { name, source: { type: "foo" } }), 400, "Unknown source type foo");
      assertRefused(
        await post(target, { name, source: { type: "image" } }),
        500,
        "Must specify one of alias, fingerprint or properties for init from image",
      );
      assertRefused(await post(target, { ...fromImage(target, name), type: "foo" }), 400, "Invalid instance type");
    },
  },
  {
    name: "a container image makes no virtual machine",
    async run(target) {
      const name = uniqueName();
      const body = { ...fromImage(target, name), type: "virtual-machine" };
      const text = `Requested image's type "container" doesn't match instance type "virtual-machine"`;
      await fails(target, await post(target, body), text);
    },
  },
  {
    name: "source none makes an instance that has nothing to start",
    async run(target) {
      await withInstance(
        target,
        async (path) => {
          const { instance } = await readInstance(target, path);
          assert.deepEqual(volatileKeys(instance), expectedKeys(target, "eth0"));
          await fails(target, await changeState(target, path, { action: "start" }), /^Failed to /);
          // Incus may still call it running for a moment after the failure.
          await eventually("the instance to be stopped", async () => {
            const { instance: now } = await readInstance(target, path);
            return now.status === "Stopped" ? now : undefined;
          });
        },
        { source: { type: "none" } },
      );
    },
  },
  {
    name: "profiles: null means the default one, an empty list none at all, an unknown one is refused with 500",
    async run(target) {
      await withInstance(
        target,
        async (path) => assert.deepEqual((await readInstance(target, path)).instance.profiles, ["default"]),
        { profiles: null },
      );
      const name = uniqueName();
      const body = fromImage(target, name);
      await fails(
        target,
        await post(target, { ...body, profiles: [] }),
        /^Failed creating instance record: Failed initiali[sz]ing instance: Failed getting root disk: No root device/,
      );
      assert.equal((await get(target, `/1.0/instances/${name}`)).status, 404);
      assertRefused(
        await post(target, { ...body, profiles: ["no-such-profile"] }),
        500,
        `Requested profile "no-such-profile" doesn't exist`,
      );
    },
  },
  {
    name: "configuration, devices, description and ephemeral are kept, and appear in the expanded view",
    async run(target) {
      const root = { path: "/", pool: "default", type: "disk" };
      await withInstance(
        target,
        async (path) => {
          const { instance } = await readInstance(target, path);
          assert.equal(instance.config["user.x"], "1");
          assert.equal(instance.config["limits.cpu"], "1");
          assert.deepEqual(instance.devices, { root });
          assert.deepEqual(instance.expanded_devices, { root });
          assert.deepEqual(instance.expanded_config, instance.config);
          assert.deepEqual(instance.profiles, []);
          assert.equal(instance.description, "hello");
          assert.equal(instance.ephemeral, true);
        },
        {
          profiles: [],
          config: { "user.x": "1", "limits.cpu": "1" },
          devices: { root },
          description: "hello",
          ephemeral: true,
        },
      );
    },
  },
  {
    name: "configuration that no instance takes fails in the operation and leaves nothing",
    async run(target) {
      const name = uniqueName();
      const body = fromImage(target, name);
      const failing = [
        [{ config: { "nope.x": "1" } }, "Unknown configuration key: nope.x"],
        [{ config: { "limits.cpu": "abc" } }, "Invalid CPU limit syntax"],
        [{ devices: { x: { type: "foo" } } }, `Invalid device type ${target.flavour === "lxd" ? "foo" : '"foo"'}`],
      ] as const;
      for (const [extra, text] of failing) {
        await fails(target, await post(target, { ...body, ...extra }), `Failed creating instance record: ${text}`);
        assert.equal((await get(target, `/1.0/instances/${name}`)).status, 404);
      }
    },
  },
  {
    name: "a body that is no JSON object, or has a number where text belongs, is 400",
    async run(target) {
      const path = "/1.0/instances";
      assertRefused(await send(target, "POST", path, { body: "{bad" }), 400);
      assertRefused(await send(target, "POST", path, { body: "[]" }), 400);
      const wrong = { ...fromImage(target, uniqueName()), config: { "limits.cpu": 1 } };
      assertRefused(await post(target, wrong), 400, /cannot unmarshal number/);
    },
  },
  {
    name: "a project that does not exist is 404, a target without a cluster 400",
    async run(target) {
      const body = fromImage(target, uniqueName());
      assertRefused(
        await send(target, "POST", "/1.0/instances?project=no-such-project", { body }),
        404,
        "Failed loading project: Project not found",
      );
      assertRefused(
        await send(target, "POST", "/1.0/instances?target=m1", { body }),
        400,
        "Target only allowed when clustered",
      );
    },
  },
  {
    name: "start: true starts the instance on Incus; LXD 5.0 does not know it",
    async run(target) {
      await withInstance(
        target,
        async (path) => {
          const wanted = target.flavour === "lxd" ? "Stopped" : "Running";
          await eventually(`the instance is ${wanted}`, async () => {
            const { status } = (await get(target, path)).metadata as Instance;
            return status === wanted ? true : undefined;
          });
        },
        { start: true },
      );
    },
  },
  {
    name: "DELETE removes a stopped instance; then it is 404",
    async run(target) {
      await withInstance(target, async (path, name) => {
        const { description, resources } = await succeeds(target, await send(target, "DELETE", path));
        assert.equal(description, "Deleting instance");
        assert.deepEqual(resources["instances"], [path]);
        const text = "Instance not found";
        const error =
          target.flavour === "lxd" ? text : `Failed to fetch instance "${name}" in project "default": ${text}`;
        for (const method of ["GET", "DELETE"]) assertRefused(await send(target, method, path), 404, error);
        for (const method of ["PUT", "PATCH"])
          assertRefused(await send(target, method, path, { body: {} }), 404, error);
        assertRefused(await get(target, `${path}/state`), 404, error);
        assertRefused(await changeState(target, path, { action: "start" }), 404, error);
        await removeInstance(target, name);
      });
    },
  },
];

function volatileKeys({ config }: Instance): readonly string[] {
  return Object.keys(config)
    .filter((key) => key.startsWith("volatile."))
    .sort();
}

/** The volatile keys of an instance that never ran and was made without an image. */
function expectedKeys(target: ContractTarget, nic: string): readonly string[] {
  return [
    "volatile.apply_template",
    "volatile.cloud-init.instance-id",
    `volatile.${nic}.hwaddr`,
    "volatile.idmap.base",
    "volatile.idmap.next",
    "volatile.last_state.idmap",
    "volatile.uuid",
    ...(target.flavour === "incus" ? ["volatile.uuid.generation"] : []),
  ].sort();
}
