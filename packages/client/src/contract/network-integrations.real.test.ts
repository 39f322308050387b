import { expect } from "vitest";
import { describeRoutes } from "./route-cases.ts";

describeRoutes("network integrations", ({ covers }) => {
  covers(
    [
      "GET /1.0/network-integrations",
      "POST /1.0/network-integrations",
      "GET /1.0/network-integrations/{name}",
      "PUT /1.0/network-integrations/{name}",
      "PATCH /1.0/network-integrations/{name}",
      "POST /1.0/network-integrations/{name}",
      "DELETE /1.0/network-integrations/{name}",
    ],
    "an integration is made, changed, renamed and removed",
    async ({ client: { networkIntegrations }, raw, name }) => {
      const renamed = `${name}-b`;
      const path = `/1.0/network-integrations/${name}`;
      const config = { "ovn.northbound_connection": "tcp:127.0.0.1:6641" };
      try {
        await networkIntegrations.create({ name, type: "ovn", description: "made", config });
        expect(await raw(path)).toMatchObject({ name, type: "ovn", description: "made", config });
        expect(await networkIntegrations.listUrls()).toContain(path);
        const { value, etag } = await networkIntegrations.get(name);
        expect(await networkIntegrations.list({ filter: `name eq ${name}` })).toEqual([value]);

        // Without `config`, which the server cannot bear where there is some.
        await networkIntegrations.patch(name, { description: "patched" }, { ifMatch: etag });
        expect(await raw(path)).toMatchObject({ description: "patched", config });
        const stale = networkIntegrations.update(name, {}, { ifMatch: etag });
        await expect(stale).rejects.toMatchObject({ code: "ETAG_MISMATCH" });
        await networkIntegrations.patch(name, { config: { "user.a": "1" } });
        expect(await raw(path)).toMatchObject({ description: "patched", config: { ...config, "user.a": "1" } });
        await networkIntegrations.update(name, { description: "replaced", config });
        expect(await raw(path)).toMatchObject({ description: "replaced", config });

        await networkIntegrations.rename(name, renamed);
        expect(await raw(path)).toBeNull();
        expect(await raw(`/1.0/network-integrations/${renamed}`)).toMatchObject({ name: renamed, config });
      } finally {
        await Promise.allSettled([networkIntegrations.delete(name), networkIntegrations.delete(renamed)]);
      }
      expect(await raw(`/1.0/network-integrations/${renamed}`)).toBeNull();
    },
    { on: "incus" },
  );

  covers(
    ["GET /1.0"],
    "LXD has none, and the error names the extension",
    async ({ client, raw }) => {
      const missing = { code: "EXTENSION_MISSING", extension: "network_integrations" };
      await expect(client.networkIntegrations.list()).rejects.toMatchObject(missing);
      await expect(client.networkIntegrations.delete("any")).rejects.toMatchObject(missing);
      expect(await raw("/1.0/network-integrations")).toBeNull();
    },
    { on: "lxd" },
  );
});
