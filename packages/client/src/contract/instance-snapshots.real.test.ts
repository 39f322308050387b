import { expect } from "vitest";
import { describeRoutes } from "./route-cases.ts";
import { cli, start, withInstance } from "./with-instance.ts";

describeRoutes("snapshots of instances", ({ covers }) => {
  covers(
    [
      "POST /1.0/instances/{name}/snapshots",
      "GET /1.0/instances/{name}/snapshots",
      "GET /1.0/instances/{name}/snapshots/{snapshot}",
      "PUT /1.0/instances/{name}/snapshots/{snapshot}",
      "PATCH /1.0/instances/{name}/snapshots/{snapshot}",
      "POST /1.0/instances/{name}/snapshots/{snapshot}",
      "DELETE /1.0/instances/{name}/snapshots/{snapshot}",
    ],
    "one is made, listed, given another end and another name, and removed",
    async ({ client, raw, name }) => {
      const { snapshots } = client.instances;
      const at = `/1.0/instances/${name}/snapshots`;
      await withInstance({ client, name }, async () => {
        await (await snapshots.create(name, { name: "s1" })).wait();
        await (await snapshots.create(name, { name: "" })).wait();
        expect(await raw(at)).toEqual([`${at}/s1`, `${at}/snap0`]);
        expect(await snapshots.listUrls(name)).toEqual([`${at}/s1`, `${at}/snap0`]);
        expect(await snapshots.list(name)).toMatchObject((await raw(`${at}?recursion=1`)) as object[]);
        const { value, etag } = await snapshots.get(name, "s1");
        expect(value).toMatchObject((await raw(`${at}/s1`)) as object);

        const until = (year: number) => `${String(year)}-05-01T00:00:00Z`;
        await (await snapshots.update(name, "s1", { expires_at: until(2090) }, { ifMatch: etag })).wait();
        expect(await raw(`${at}/s1`)).toMatchObject({ expires_at: until(2090) });
        const late = snapshots.update(name, "s1", { expires_at: until(2091) }, { ifMatch: etag });
        await expect(late).rejects.toMatchObject({ code: "ETAG_MISMATCH" });
        await (await snapshots.patch(name, "s1", { expires_at: until(2092) })).wait();
        expect(await raw(`${at}/s1`)).toMatchObject({ expires_at: until(2092) });

        await (await snapshots.rename(name, "s1", "s2")).wait();
        expect(await raw(at)).toEqual([`${at}/snap0`, `${at}/s2`].toSorted());
        await expect(snapshots.rename(name, "s2", "snap0")).rejects.toMatchObject({ code: "CONFLICT" });
        await (await snapshots.delete(name, "s2")).wait();
        expect(await raw(at)).toEqual([`${at}/snap0`]);
      });
    },
  );

  covers(["PUT /1.0/instances/{name}"], "an instance goes back to one", async ({ client, real, name }) => {
    await withInstance({ client, name }, async () => {
      await (await client.instances.setState(name, start)).wait();
      const sh = async (script: string) => (await real.run([cli(real), "exec", name, "--", "sh", "-c", script])).stdout;
      await sh("echo before >/root/note");
      await (await client.instances.snapshots.create(name, { name: "s1" })).wait();
      await sh("echo after >/root/note");
      await (await client.instances.restore(name, "s1")).wait();
      expect(await sh("cat /root/note")).toBe("before");
    });
  });
});
