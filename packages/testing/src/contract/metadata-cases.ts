import assert from "node:assert/strict";
import type { ContractCase, ContractTarget } from "./contract-case.ts";
import { readDirectory, readFile } from "./own-files.ts";
import { bringTo, withInstance } from "./own-instance.ts";
import { assertAllRefused, assertDone, assertTells, of, read } from "./own-object.ts";
import { assertRefused, assertSync, get, send } from "./raw-http.ts";

const template = "hello {{ instance.name }}\n";

function nobody(target: ContractTarget): string {
  const incus = 'Failed to fetch instance "no-such-instance" in project "default": Instance not found';
  return of(target, { lxd: "Instance not found", incus });
}

/** The metadata of instances, and the templates that it speaks of. */
export const metadataCases: readonly ContractCase[] = [
  {
    name: "an instance has the metadata of its image, with an ETag that PATCH heeds and PUT does not",
    async run(target) {
      await withInstance(target, async (path) => {
        const url = `${path}/metadata`;
        const { object, etag } = await read(target, url);
        assert.deepEqual(Object.keys(object), [
          ...["architecture", "creation_date", "expiry_date", "properties", "templates"],
        ]);
        assert.equal(object["architecture"], "x86_64");
        assert.ok((object["creation_date"] as number) > 0);
        assert.deepEqual([object["expiry_date"], object["templates"]], [0, null]);
        assert.match(etag, /^"[0-9a-f]{64}"$/);
        const stale = { "If-Match": "stale" };
        const body = { ...object, properties: { os: "x" } };
        assertDone(await send(target, "PUT", url, { body, headers: stale }));
        const replaced = await read(target, url);
        assert.deepEqual(replaced.object, { ...object, properties: { os: "x" }, templates: {} });
        assert.notEqual(replaced.etag, etag);
        const patch = { properties: { a: "b" }, unknown: 1 };
        assertRefused(await send(target, "PATCH", url, { body: patch, headers: stale }), 412, / vs stale$/);
        assertDone(await send(target, "PATCH", url, { body: patch, headers: { "If-Match": replaced.etag } }));
        const rule = { when: ["create"], create_only: true, template: "x.tpl", properties: { k: "v" } };
        assertDone(await send(target, "PATCH", url, { body: { expiry_date: 7, templates: { "/etc/x": rule } } }));
        const merged = (await read(target, url)).object;
        assert.deepEqual(merged, {
          ...{ ...object, expiry_date: 7, properties: { a: "b", os: "x" }, templates: { "/etc/x": rule } },
        });
        assertDone(await send(target, "PUT", url, { body: {} }));
        const nothing = { architecture: "", creation_date: 0, expiry_date: 0, properties: {}, templates: {} };
        assert.deepEqual((await read(target, url)).object, nothing);
      });
    },
  },
  {
    name: "metadata that makes no sense is refused; Incus reads a PUT before it looks for the instance",
    async run(target) {
      const isLxd = target.flavour === "lxd";
      const none = "/1.0/instances/no-such-instance/metadata";
      await assertAllRefused(target, [
        ["GET", none, undefined, 404, nobody(target)],
        ["PATCH", none, {}, 404, nobody(target)],
        ["PUT", none, "{bad", isLxd ? 404 : 400, /./],
      ]);
      await withInstance(target, async (path) => {
        await assertAllRefused(target, [
          ["PUT", `${path}/metadata`, "{bad", 400, /./],
          ["PUT", `${path}/metadata`, undefined, 400, "EOF"],
          ["PATCH", `${path}/metadata`, { architecture: 5 }, 400, /^json: cannot unmarshal number /],
          ["POST", `${path}/metadata`, {}, 501, "not implemented"],
          ["DELETE", `${path}/metadata`, undefined, 501, "not implemented"],
        ]);
      });
    },
  },
  {
    name: "templates are written, listed, read and deleted",
    async run(target) {
      await withInstance(target, async (path) => {
        const url = `${path}/metadata/templates`;
        const list = async (): Promise<unknown> => {
          const answer = await get(target, url);
          assertSync(answer);
          return answer.metadata;
        };
        assert.deepEqual(await list(), []);
        const headers = { "Content-Type": "application/octet-stream" };
        assertDone(await send(target, "POST", `${url}?path=b.tpl`, { body: "first", headers }));
        assertDone(await send(target, "POST", `${url}?path=b.tpl`, { body: template, headers }));
        assertDone(await send(target, "POST", `${url}?path=a`, { body: "", headers }));
        assert.deepEqual(await list(), ["a", "b.tpl"]);
        const answer = await get(target, `${url}?path=b.tpl`);
        assert.deepEqual([answer.status, answer.text], [200, template]);
        assert.equal(answer.headers["content-disposition"], "inline;filename=b.tpl");
        assertDone(await send(target, "DELETE", `${url}?path=b.tpl`));
        assert.deepEqual(await list(), ["a"]);
      });
    },
  },
  {
    name: "templates are applied at the start, and what they speak of is filled in",
    async run(target) {
      await withInstance(target, async (path, name) => {
        const url = `${path}/metadata`;
        const headers = { "Content-Type": "application/octet-stream" };
        const text = '{{ instance.name }}|{{ trigger }}|{{ properties.greeting }}|{{ config_get("user.x", "none") }}';
        assertDone(await send(target, "POST", `${url}/templates?path=a.tpl`, { body: text, headers }));
        const rule = { template: "a.tpl", create_only: false, properties: { greeting: "hi" } };
        const templates = {
          "/root/new/started": { ...rule, when: ["start"] },
          "/root/created": { ...rule, when: ["create"] },
          "/root/renamed": { ...rule, when: ["rename"] },
        };
        assertDone(await send(target, "PATCH", url, { body: { templates } }));
        await bringTo(target, path, { action: "start" });
        assert.equal((await readFile(target, path, "/root/new/started")).text, `${name}|start|hi|none`);
        assert.equal((await readFile(target, path, "/root/created")).text, `${name}|create|hi|none`);
        assert.deepEqual(await readDirectory(target, path, "/root"), ["created", "new"]);
      });
    },
  },
  {
    name: "templates that are not there or cannot be are refused",
    async run(target) {
      const none = "/1.0/instances/no-such-instance/metadata/templates";
      await withInstance(target, async (path) => {
        const url = `${path}/metadata/templates`;
        await assertAllRefused(target, [
          ["GET", none, undefined, 404, nobody(target)],
          ["POST", `${none}?path=a`, undefined, 404, nobody(target)],
          ["DELETE", `${none}?path=a`, undefined, 404, nobody(target)],
          ["GET", `${url}?path=no.tpl`, undefined, 404, 'Template "no.tpl" not found'],
          ["DELETE", `${url}?path=no.tpl`, undefined, 404, 'Template "no.tpl" not found'],
          ["POST", url, "x", 400, "missing path argument"],
          ["DELETE", url, undefined, 400, "missing path argument"],
          ["GET", `${url}?path=../a.tpl`, undefined, 500, "Invalid template filename"],
          ["POST", `${url}?path=x/a.tpl`, "x", 500, "Invalid template filename"],
          ["PUT", `${url}?path=a`, "x", 501, "not implemented"],
        ]);
      });
    },
  },
  {
    name: "what happens to metadata and templates is told",
    async run(target) {
      await withInstance(target, async (path) => {
        const source = `${path}/metadata`;
        const templates = { source: `${source}/templates`, context: { path: "a.tpl" } };
        const told = [
          { action: "instance-metadata-retrieved", source },
          { action: "instance-metadata-updated", source },
          { action: "instance-metadata-template-created", ...templates },
          { action: "instance-metadata-template-retrieved", ...templates },
          { action: "instance-metadata-template-deleted", ...templates },
        ];
        await assertTells(target, told, async () => {
          const { object } = await read(target, source);
          assertDone(await send(target, "PUT", source, { body: object }));
          assertDone(await send(target, "POST", `${source}/templates?path=a.tpl`, { body: "x" }));
          await get(target, `${source}/templates?path=a.tpl`);
          assertDone(await send(target, "DELETE", `${source}/templates?path=a.tpl`));
        });
      });
    },
  },
];
