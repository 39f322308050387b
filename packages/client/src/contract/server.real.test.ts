import { expect } from "vitest";
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
});
