import { expect } from "vitest";
import { launch, remove } from "./launch.ts";
import { describeRoutes } from "./route-cases.ts";

describeRoutes("server", ({ covers }) => {
  covers(["GET /1.0", "PATCH /1.0", "PUT /1.0"], "configuration is merged, replaced and read", async (context) => {
    const { client, raw, name } = context;
    const key = `user.${name}`;
    const config = async () => ((await raw("/1.0")) as { config: Record<string, unknown> }).config;
    await client.patchServer({ config: { [key]: "one" } });
    expect(await config()).toMatchObject({ [key]: "one" });
    const { value, etag } = await client.getServer();
    await client.updateServer({ config: { ...value.config, [key]: "two" } }, { ifMatch: etag });
    expect(await config()).toMatchObject({ [key]: "two" });
    await expect(client.updateServer({ config: value.config }, { ifMatch: etag })).rejects.toMatchObject({
      code: "ETAG_MISMATCH",
    });
    await client.patchServer({ config: { [key]: "" } });
    expect(await config()).not.toHaveProperty([key]);
  });

  covers(["GET /"], "the versions of the API", async ({ client, raw }) => {
    expect(await client.getApiVersions()).toEqual(["/1.0"]);
    expect(await raw("/")).toEqual(["/1.0"]);
  });

  covers(["GET /1.0/resources"], "the hardware", async ({ client, raw, real }) => {
    const resources = await client.getResources();
    const again = (await raw("/1.0/resources")) as typeof resources;
    expect(resources.cpu.total).toBe(again.cpu.total);
    expect(resources.memory.total).toBe(again.memory.total);
    const { stdout } = await real.run(["grep", "-c", "^processor", "/proc/cpuinfo"]);
    expect(String(resources.cpu.total)).toBe(stdout.trim());
  });

  covers(["GET /1.0/metrics"], "what the instances of one project use", async ({ client, real, name }) => {
    const [pool, there] = ["default", client.in({ project: name })];
    const config = { "features.images": "false", "features.profiles": "true" };
    await client.projects.create({ name, config });
    try {
      await launch(there, name, { devices: { root: { type: "disk", path: "/", pool } } });
      try {
        const metrics = await there.getMetrics();
        const line = new RegExp(
          `^${real.flavour}_memory_MemFree_bytes\\{.*name="${name}".*project="${name}".*\\} \\d`,
          "m",
        );
        expect(metrics).toMatch(line);
        expect(metrics.trimEnd()).toMatch(/# EOF$/);
        const url = `http://unix.socket/1.0/metrics?project=${name}`;
        const { stdout } = await real.run(["curl", "-s", "--unix-socket", real.socketPath, url]);
        expect(stdout).toMatch(line);
      } finally {
        await remove(there, name);
      }
    } finally {
      await client.projects.delete(name);
    }
  });

  covers(
    ["GET /1.0/metadata/configuration"],
    "all configuration keys, described",
    async ({ client, raw }) => {
      const { configs } = await client.getConfigurationMetadata();
      const keys = configs["server"]?.["core"]?.keys.flatMap((key) => Object.keys(key));
      expect(keys).toContain("core.https_address");
      const again = (await raw("/1.0/metadata/configuration")) as { readonly configs: object };
      expect(Object.keys(configs).sort()).toEqual(Object.keys(again.configs).sort());
    },
    { on: "incus" },
  );
});
