import assert from "node:assert/strict";
import { etagOf } from "../core/etag.ts";
import type { ContractCase } from "./contract-case.ts";
import {
  assertAllRefused,
  assertCreated,
  assertDone,
  assertHeedsIfMatch,
  assertTells,
  type Fields,
  of,
  read,
  shortName,
  withObject,
} from "./own-object.ts";
import { assertRefused, get, send } from "./raw-http.ts";

const zones = "/1.0/network-zones";

const address = { type: "A", ttl: 300, value: "192.0.2.1" };

/** Entries that records cannot have, and what is said of them. */
const badEntries: readonly (readonly [object | readonly object[], string])[] = [
  [[address, { ...address, ttl: 1 }], 'Duplicate record for type "A" and value "192.0.2.1"'],
  [{ ...address, value: "x" }, 'Bad zone record entry: dns: bad A A: "x" at line: 1:17'],
  [{ ...address, value: "" }, String.raw`Bad zone record entry: dns: bad A A: "\n" at line: 1:16`],
  [{ ...address, type: "AAAA" }, 'Bad zone record entry: dns: bad AAAA AAAA: "192.0.2.1" at line: 1:28'],
  [{ ...address, type: "" }, 'Bad zone record entry: dns: unknown RR type: "192.0.2.1" at line: 1:24'],
];

const cases: readonly ContractCase[] = [
  {
    name: "a zone: PATCH merges the configuration and drops the description; Incus tells its project in lists alone",
    async run(target) {
      const name = `${shortName()}.example`;
      const body = { name, description: "d", config: { "dns.nameservers": "ns1.example", "user.a": "1" } };
      await withObject(target, zones, body, async (url) => {
        const { object, etag } = await read(target, url);
        const where = (project: string) => of<object>(target, { lxd: {}, incus: { project } });
        assert.deepEqual(object, { ...body, used_by: [], ...where("") });
        assert.equal(etag, `"${etagOf([name, "d", object["config"]])}"`);
        const listed = (await get(target, `${zones}?recursion=1`)).metadata as readonly Fields[];
        assert.deepEqual(
          listed.find((zone) => zone["name"] === name),
          { ...body, used_by: [], ...where("default") },
        );
        assertDone(await send(target, "PATCH", url, { body: { config: { "user.b": "2" } } }));
        const patched = (await read(target, url)).object;
        assert.deepEqual([patched["description"], patched["config"]], ["", { ...body.config, "user.b": "2" }]);
        assertDone(await send(target, "PUT", url, { body: { description: "x" } }));
        const put = (await read(target, url)).object;
        assert.deepEqual([put["description"], put["config"]], ["x", {}]);
        await assertHeedsIfMatch(target, url, { description: "y" });
      });
    },
  },
  {
    name: "a record of a zone: entries are null until there are some, and PATCH replaces as PUT does",
    async run(target) {
      await withObject(target, zones, { name: `${shortName()}.example` }, async (zone) => {
        const records = `${zone}/records`;
        const entries = [{ type: "A", ttl: 300, value: "192.0.2.1" }];
        // LXD takes the name of a record once in all zones together.
        const body = { name: shortName(), description: "d", config: { "user.a": "1" }, entries };
        await withObject(target, records, body, async (url) => {
          const { object, etag } = await read(target, url);
          assert.deepEqual(object, body);
          assert.equal(etag, `"${etagOf({ description: "d", entries: object["entries"], config: body.config })}"`);
          assert.deepEqual((await get(target, records)).metadata, [url]);
          assertDone(await send(target, "PATCH", url, { body: { config: { "user.b": "2" } } }));
          const patched = (await read(target, url)).object;
          assert.deepEqual([patched["entries"], patched["config"]], [null, { "user.b": "2" }]);
          await assertHeedsIfMatch(target, url, { entries });
        });
      });
    },
  },
  {
    name: "zones and records that make no sense are refused",
    async run(target) {
      const name = `${shortName()}.example`;
      await withObject(target, zones, { name }, async (url) => {
        const records = `${url}/records`;
        const missing = `${zones}/no-such`;
        const www = shortName();
        await withObject(target, records, { name: www }, async (record) => {
          await assertAllRefused(target, [
            ["POST", zones, { name }, 400, "The network zone already exists"],
            ["POST", zones, { name: "" }, 500, "Name is required"],
            ["POST", zones, { name: shortName(), config: { bad: "1" } }, 500, 'Invalid config option "bad"'],
            ["PUT", url, { config: { bad: "1" } }, 500, 'Invalid config option "bad"'],
            ["POST", records, { name: www }, 500, /^UNIQUE constraint failed: .*networks_zones_records\.name$/],
            ...badEntries.map(
              ([entries, text]) => ["POST", records, { name: "x", entries: [entries].flat() }, 500, text] as const,
            ),
            ["POST", records, { name: "x", config: { bad: "1" } }, 500, 'Invalid config option "bad"'],
            [
              "PUT",
              record,
              { entries: [{ type: "FOO", value: "x" }] },
              500,
              /^Bad zone record entry: dns: unknown RR type: "FOO"/,
            ],
            ["GET", missing, undefined, 404, "Network zone not found"],
            ["PUT", missing, {}, 404, "Network zone not found"],
            ["DELETE", missing, undefined, 404, "Network zone not found"],
            ["GET", `${missing}/records`, undefined, 404, "Network zone not found"],
            ["GET", `${records}/no-such`, undefined, 404, "Network zone record not found"],
            ["DELETE", `${records}/no-such`, undefined, 404, "Network zone record not found"],
            ["GET", `${zones}?project=no-such`, undefined, 404, 'Failed to load project "no-such": Project not found'],
          ]);
        });
      });
    },
  },
  {
    name: "LXD takes the name of a record once in all zones together, Incus once in each",
    async run(target) {
      const body = { name: shortName() };
      await withObject(target, zones, { name: `${shortName()}.example` }, async (one) => {
        await withObject(target, zones, { name: `${shortName()}.example` }, async (other) => {
          await withObject(target, `${one}/records`, body, async () => {
            const answer = await send(target, "POST", `${other}/records`, { body });
            if (target.flavour === "incus") assertCreated(answer, `${other}/records/${body.name}`);
            else assertRefused(answer, 500, "UNIQUE constraint failed: networks_zones_records.name");
          });
        });
      });
    },
  },
  {
    name: "what happens to a zone and its records is told; a zone takes its records along",
    async run(target) {
      const name = `${shortName()}.example`;
      const url = `${zones}/${name}`;
      const names = [shortName(), shortName()] as const;
      const [www, mail] = [`${url}/records/${names[0]}`, `${url}/records/${names[1]}`];
      const told = [
        { action: "network-zone-created", source: url },
        { action: "network-zone-updated", source: url },
        { action: "network-zone-record-created", source: www },
        { action: "network-zone-record-updated", source: www },
        { action: "network-zone-record-deleted", source: www },
        { action: "network-zone-deleted", source: url },
      ];
      await assertTells(target, told, async () => {
        assertCreated(await send(target, "POST", zones, { body: { name } }), url);
        assertDone(await send(target, "PUT", url, { body: { description: "x" } }));
        assertCreated(await send(target, "POST", `${url}/records`, { body: { name: names[0] } }), www);
        assertDone(await send(target, "PUT", www, { body: { description: "x" } }));
        assertDone(await send(target, "DELETE", www));
        assertCreated(await send(target, "POST", `${url}/records`, { body: { name: names[1] } }), mail);
        assertDone(await send(target, "DELETE", url));
      });
      assertCreated(await send(target, "POST", zones, { body: { name } }), url);
      assert.deepEqual((await get(target, `${url}/records`)).metadata, []);
      assertDone(await send(target, "DELETE", url));
    },
  },
];

/**
 * DNS zones and their records: all verbs. A network that goes meanwhile makes LXD refuse changes of zones, and tell no
 * users in their list.
 */
export const zoneCases: readonly ContractCase[] = cases.map((one) => ({ ...one, isAlone: true }));
