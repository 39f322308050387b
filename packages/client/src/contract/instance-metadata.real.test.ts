import { text } from "node:stream/consumers";
import { expect } from "vitest";
import { describeRoutes } from "./route-cases.ts";
import { cli, start, withInstance } from "./with-instance.ts";

describeRoutes("metadata of instances", ({ covers }) => {
  covers(
    [
      "GET /1.0/instances/{name}/metadata",
      "PUT /1.0/instances/{name}/metadata",
      "PATCH /1.0/instances/{name}/metadata",
    ],
    "what the image said is read, replaced and merged",
    async ({ client, raw, name }) => {
      const { metadata } = client.instances;
      const read = async () => raw(`/1.0/instances/${name}/metadata`);
      await withInstance({ client, name }, async () => {
        const { value, etag } = await metadata.get(name);
        expect(value).toMatchObject({ properties: { os: "ubuntu", release: "jammy" }, templates: {} });
        await metadata.patch(name, { properties: { one: "1" } }, { ifMatch: etag });
        expect(await read()).toMatchObject({ properties: { os: "ubuntu", one: "1" } });
        await expect(metadata.patch(name, {}, { ifMatch: etag })).rejects.toMatchObject({ code: "ETAG_MISMATCH" });
        await metadata.update(name, { ...value, properties: { two: "2" } });
        expect(await read()).toMatchObject({ ...value, properties: { two: "2" } });
        expect(await read()).not.toHaveProperty("properties.os");
      });
    },
  );

  covers(
    [
      "GET /1.0/instances/{name}/metadata/templates",
      "POST /1.0/instances/{name}/metadata/templates",
      "DELETE /1.0/instances/{name}/metadata/templates",
    ],
    "templates are written, listed, used at the start, and removed",
    async ({ client, raw, real, name }) => {
      const { metadata } = client.instances;
      const { templates } = metadata;
      const at = `/1.0/instances/${name}/metadata/templates`;
      await withInstance({ client, name }, async () => {
        await templates.write(name, "greeting.tpl", Buffer.from("old"));
        await templates.write(name, "greeting.tpl", Buffer.from("hello {{ instance.name }}"));
        expect(await templates.list(name)).toEqual(["greeting.tpl"]);
        expect(await raw(at)).toEqual(["greeting.tpl"]);
        expect(await text((await templates.get(name, "greeting.tpl")).body)).toBe("hello {{ instance.name }}");
        const { value } = await metadata.get(name);
        const template = { when: ["start"], create_only: false, template: "greeting.tpl", properties: {} };
        await metadata.update(name, { ...value, templates: { "/root/greeting": template } });
        await (await client.instances.setState(name, start)).wait();
        const { stdout } = await real.run([cli(real), "exec", name, "--", "cat", "/root/greeting"]);
        expect(stdout).toBe(`hello ${name}`);
        await templates.delete(name, "greeting.tpl");
        expect(await raw(at)).toEqual([]);
      });
    },
  );
});
