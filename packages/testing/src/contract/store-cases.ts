import assert from "node:assert/strict";
import type { Image, ImageAlias } from "@lxdkit/protocol";
import { etagOf } from "../core/etag.ts";
import type { ContractCase, ContractTarget } from "./contract-case.ts";
import { withInstance } from "./own-instance.ts";
import { assertRefused, assertSync, get } from "./raw-http.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Images, profiles, networks, pools and projects, to be read. */
export const storeCases: readonly ContractCase[] = [
  {
    name: "images: by list, by fingerprint, by its start, in any case; the ETag covers public, auto_update, properties",
    async run(target) {
      const { target: fingerprint } = await ownAlias(target);
      const path = `/1.0/images/${fingerprint}`;
      assert.ok(((await get(target, "/1.0/images")).metadata as string[]).includes(path));
      const one = await get(target, path);
      assertSync(one);
      const image = one.metadata as Image;
      assert.equal(one.headers.etag, `"${etagOf([image.public, image.auto_update, image.properties])}"`);
      assert.equal(image.fingerprint, fingerprint);
      assert.equal(image.type, "container");
      assert.equal(image.cached, false);
      assert.ok(image.aliases.some(({ name }) => name === target.imageAlias));
      const known = [
        ...["aliases", "architecture", "auto_update", "cached", "created_at", "expires_at", "filename", "fingerprint"],
        ...["last_used_at", "profiles", ...(target.flavour === "incus" ? ["project"] : []), "properties", "public"],
        ...["size", "type", "uploaded_at"],
      ];
      assert.deepEqual(Object.keys(image).sort(), known);
      const objects = (await get(target, "/1.0/images?recursion=1")).metadata as Image[];
      assert.ok(objects.some((object) => object.fingerprint === fingerprint));
      for (const other of [fingerprint.slice(0, 16), fingerprint.toUpperCase()]) {
        const found = (await get(target, `/1.0/images/${other}`)).metadata as Image;
        assert.equal(found.fingerprint, fingerprint);
      }
      const filter = encodeURIComponent(`fingerprint eq ${fingerprint}`);
      const fitting = (await get(target, `/1.0/images?recursion=1&filter=${filter}`)).metadata as Image[];
      assert.deepEqual(
        fitting.map((object) => object.fingerprint),
        [fingerprint],
      );
    },
  },
  {
    name: "an image or a project of images that does not exist is 404",
    async run(target) {
      const text = target.flavour === "lxd" ? "Image not found" : 'Image "0000beef" not found';
      assertRefused(await get(target, "/1.0/images/0000beef"), 404, text);
      const project = "project=no-such-project";
      const missing = "Check if project has images: fetch project: Project not found";
      assertRefused(await get(target, `/1.0/images?${project}`), 404, missing);
    },
  },
  {
    name: "aliases: by list and by name, with slashes escaped or not; the ETag covers the whole object",
    async run(target) {
      const path = `/1.0/images/aliases/${encodeURIComponent(target.imageAlias)}`;
      const one = await get(target, path);
      assertSync(one);
      const alias = one.metadata as ImageAlias;
      assert.deepEqual(Object.keys(alias), ["description", "target", "name", "type"]);
      assert.deepEqual([alias.name, alias.type, alias.description], [target.imageAlias, "container", ""]);
      assert.equal(one.headers.etag, `"${etagOf(alias)}"`);
      const paths = (await get(target, "/1.0/images/aliases")).metadata as string[];
      assert.ok(paths.includes(`/1.0/images/aliases/${target.imageAlias}`));
      const objects = (await get(target, "/1.0/images/aliases?recursion=1")).metadata as ImageAlias[];
      assert.deepEqual(
        objects.find(({ name }) => name === target.imageAlias),
        alias,
      );
      for (const missing of ["no-such-alias", "no%2Fsuch%2Falias", "no/such/alias"]) {
        assertRefused(await get(target, `/1.0/images/aliases/${missing}`), 404, "Image alias not found");
      }
    },
  },
  {
    name: "profiles: the default one has a root disk and a network; the ETag covers config, description, devices",
    async run(target) {
      await withInstance(target, async (instance) => {
        const one = await get(target, "/1.0/profiles/default");
        assertSync(one);
        const profile = one.metadata as Fields;
        const incusOnly = target.flavour === "incus" ? ["project"] : [];
        const known = ["config", "description", "devices", "name", ...incusOnly, "used_by"];
        assert.deepEqual(Object.keys(profile).sort(), known);
        const etag = etagOf([profile["config"], profile["description"], profile["devices"]]);
        assert.equal(one.headers.etag, `"${etag}"`);
        assert.ok((profile["used_by"] as string[]).includes(instance));
        const devices = Object.values(profile["devices"] as Record<string, Record<string, string>>);
        assert.ok(devices.some(({ type, path }) => type === "disk" && path === "/"));
        assert.ok(devices.some(({ type }) => type === "nic"));
      });
      assert.ok(((await get(target, "/1.0/profiles")).metadata as string[]).includes("/1.0/profiles/default"));
      const objects = (await get(target, "/1.0/profiles?recursion=1")).metadata as Fields[];
      assert.ok(objects.some(({ name }) => name === "default"));
      assertRefused(await get(target, "/1.0/profiles/no-such"), 404, "Fetch profile: Profile not found");
      assertRefused(
        await get(target, "/1.0/profiles?project=no-such"),
        404,
        'Failed loading project "no-such": Project not found',
      );
    },
  },
  {
    name: "networks: the managed bridge and the interfaces of the machine",
    async run(target) {
      const bridge = target.flavour === "lxd" ? "lxdbr0" : "incusbr0";
      const one = await get(target, `/1.0/networks/${bridge}`);
      assertSync(one);
      const network = one.metadata as Fields;
      const { name, managed, type, description, config } = network;
      assert.deepEqual([name, managed, type, network["status"]], [bridge, true, "bridge", "Created"]);
      assert.equal(one.headers.etag, `"${etagOf([name, managed, type, description, config])}"`);
      assert.match((config as Record<string, string>)["ipv4.address"] ?? "", /^10\.\d+\.\d+\.1\/24$/);
      assert.ok((network["used_by"] as string[]).includes("/1.0/profiles/default"));
      assert.ok(((await get(target, "/1.0/networks")).metadata as string[]).includes(`/1.0/networks/${bridge}`));
      const objects = (await get(target, "/1.0/networks?recursion=1")).metadata as Fields[];
      const loopback = objects.find((object) => object["name"] === "lo");
      assert.deepEqual([loopback?.["managed"], loopback?.["type"], loopback?.["locations"]], [false, "loopback", null]);
      assertRefused(await get(target, "/1.0/networks/no-such"), 404, "Network not found");
      assertRefused(
        await get(target, "/1.0/networks?project=no-such"),
        404,
        'Failed to load project "no-such": Project not found',
      );
    },
  },
  {
    name: "storage pools: LXD sends no ETag for one, Incus one of name, driver, description, config",
    async run(target) {
      const one = await get(target, "/1.0/storage-pools/default");
      assertSync(one);
      const pool = one.metadata as Fields;
      const { name, driver, description, config } = pool;
      assert.deepEqual([name, pool["status"], pool["locations"]], ["default", "Created", ["none"]]);
      const etag = `"${etagOf([name, driver, description, config])}"`;
      assert.equal(one.headers.etag, target.flavour === "lxd" ? undefined : etag);
      assert.ok(
        ((await get(target, "/1.0/storage-pools")).metadata as string[]).includes("/1.0/storage-pools/default"),
      );
      const objects = (await get(target, "/1.0/storage-pools?recursion=1")).metadata as Fields[];
      assert.ok(objects.some((object) => object["name"] === "default"));
      assertRefused(await get(target, "/1.0/storage-pools/no-such"), 404, "Storage pool not found");
    },
  },
  {
    name: "projects: the default one; the ETag covers description and config",
    async run(target) {
      const one = await get(target, "/1.0/projects/default");
      assertSync(one);
      const { config, description, name } = one.metadata as Fields;
      assert.equal(name, "default");
      assert.equal((config as Record<string, string>)["features.images"], "true");
      assert.equal(one.headers.etag, `"${etagOf([description, config])}"`);
      assert.ok(((await get(target, "/1.0/projects")).metadata as string[]).includes("/1.0/projects/default"));
      const objects = (await get(target, "/1.0/projects?recursion=1")).metadata as Fields[];
      assert.ok(objects.some((object) => object["name"] === "default"));
      assertRefused(await get(target, "/1.0/projects/no-such"), 404, "Project not found");
    },
  },
];

async function ownAlias(target: ContractTarget): Promise<ImageAlias> {
  const answer = await get(target, `/1.0/images/aliases/${encodeURIComponent(target.imageAlias)}`);
  return answer.metadata as ImageAlias;
}
