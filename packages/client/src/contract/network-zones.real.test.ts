import { expect } from "vitest";
import { describeRoutes } from "./route-cases.ts";

describeRoutes("network zones", ({ covers }) => {
  covers(
    [
      "GET /1.0/network-zones",
      "POST /1.0/network-zones",
      "GET /1.0/network-zones/{zone}",
      "PUT /1.0/network-zones/{zone}",
      "PATCH /1.0/network-zones/{zone}",
      "DELETE /1.0/network-zones/{zone}",
    ],
    "a zone is made, changed and removed",
    async ({ client: { networkZones }, raw, name }) => {
      const zone = `${name}.example`;
      try {
        await networkZones.create({ name: zone, description: "made", config: { "user.a": "1" } });
        expect(await raw(`/1.0/network-zones/${zone}`)).toMatchObject({ description: "made" });
        await expect(networkZones.create({ name: zone })).rejects.toMatchObject({ code: "BAD_REQUEST" });
        expect(await networkZones.listUrls()).toContain(`/1.0/network-zones/${zone}`);
        const { value, etag } = await networkZones.get(zone);
        expect(value).toMatchObject({ name: zone, used_by: [] });
        expect(await networkZones.list()).toContainEqual(expect.objectContaining({ name: zone, description: "made" }));

        // Without `config`, which the servers cannot bear where there is some.
        await networkZones.patch(zone, { description: "patched" }, { ifMatch: etag });
        const patched = { description: "patched", config: { "user.a": "1" } };
        expect(await raw(`/1.0/network-zones/${zone}`)).toMatchObject(patched);
        const stale = networkZones.update(zone, {}, { ifMatch: '"stale"' });
        await expect(stale).rejects.toMatchObject({ code: "ETAG_MISMATCH" });
        await networkZones.update(zone, { config: { "dns.nameservers": "ns.example" } });
        const replaced = { description: "", config: { "dns.nameservers": "ns.example" } };
        expect(await raw(`/1.0/network-zones/${zone}`)).toMatchObject(replaced);
      } finally {
        await networkZones.delete(zone);
      }
      expect(await raw(`/1.0/network-zones/${zone}`)).toBeNull();
    },
  );

  covers(
    [
      "GET /1.0/network-zones/{zone}/records",
      "POST /1.0/network-zones/{zone}/records",
      "GET /1.0/network-zones/{zone}/records/{name}",
      "PUT /1.0/network-zones/{zone}/records/{name}",
      "PATCH /1.0/network-zones/{zone}/records/{name}",
      "DELETE /1.0/network-zones/{zone}/records/{name}",
    ],
    "a record of a zone is made, changed and removed",
    async ({ client: { networkZones }, raw, name }) => {
      const zone = `${name}.example`;
      const { records } = networkZones;
      const path = `/1.0/network-zones/${zone}/records/www`;
      const a = { type: "A", value: "192.0.2.1" };
      try {
        await networkZones.create({ name: zone });
        await records.create(zone, { name: "www", description: "made", entries: [a], config: { "user.a": "1" } });
        expect(await raw(path)).toMatchObject({ name: "www", description: "made", entries: [a] });
        expect(await records.listUrls(zone)).toEqual([path]);
        const { value, etag } = await records.get(zone, "www");
        expect(value.entries).toEqual([{ ...a, ttl: 0 }]);
        expect(await records.list(zone)).toEqual([value]);

        const entries = [{ type: "CNAME", ttl: 60, value: "web.example." }];
        await records.update(zone, "www", { entries, config: { "user.b": "2" } }, { ifMatch: etag });
        expect(await raw(path)).toMatchObject({ description: "", entries, config: { "user.b": "2" } });
        await expect(records.patch(zone, "www", {}, { ifMatch: etag })).rejects.toMatchObject({
          code: "ETAG_MISMATCH",
        });
        await records.patch(zone, "www", { description: "patched", entries: [a] });
        expect(await raw(path)).toMatchObject({ description: "patched", entries: [a], config: {} });

        await records.delete(zone, "www");
        expect(await raw(path)).toBeNull();
        expect(await records.list(zone)).toEqual([]);
      } finally {
        await networkZones.delete(zone);
      }
    },
  );

  covers(
    ["GET /1.0/network-zones", "GET /1.0/network-zones/{zone}/records"],
    "lists are filtered, and that of zones reaches over all projects",
    async ({ client: { networkZones }, raw, name }) => {
      const zone = `${name}.example`;
      try {
        await networkZones.create({ name: zone });
        await networkZones.records.create(zone, { name: "www" });
        await networkZones.records.create(zone, { name: "ftp" });
        const found = await networkZones.list({ filter: `name eq ${zone}`, allProjects: true });
        expect(found.map((each) => each.name)).toEqual([zone]);
        expect(found[0]).toMatchObject({
          ...((await raw(`/1.0/network-zones/${zone}`)) as object),
          project: "default",
        });
        const records = await networkZones.records.list(zone, { filter: "name eq ftp" });
        expect(records.map((record) => record.name)).toEqual(["ftp"]);
      } finally {
        await networkZones.delete(zone);
      }
    },
    { on: "incus" },
  );
});
