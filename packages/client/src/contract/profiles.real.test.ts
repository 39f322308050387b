import type { Profile } from "@lxdkit/protocol";
import { expect } from "vitest";
import { describeRoutes } from "./route-cases.ts";

describeRoutes("profiles", ({ covers }) => {
  covers(
    [
      "POST /1.0/profiles",
      "GET /1.0/profiles",
      "GET /1.0/profiles/{name}",
      "PUT /1.0/profiles/{name}",
      "PATCH /1.0/profiles/{name}",
      "POST /1.0/profiles/{name}",
      "DELETE /1.0/profiles/{name}",
    ],
    "a profile is made, listed, changed, renamed and deleted",
    async ({ client, raw, name }) => {
      const { profiles } = client;
      const renamed = `${name}-b`;
      let current = name;
      const seen = async (profile: string) => (await raw(`/1.0/profiles/${profile}`)) as Profile;
      const root = { type: "disk", path: "/", pool: "default" };
      await profiles.create({ name, description: "one", config: { "user.a": "1" }, devices: { root } });
      try {
        expect(await seen(name)).toMatchObject({ description: "one", config: { "user.a": "1" }, devices: { root } });
        await expect(profiles.create({ name })).rejects.toMatchObject({ code: "SERVER_ERROR" });

        expect(await profiles.listUrls()).toContain(`/1.0/profiles/${name}`);
        expect((await profiles.list()).find((profile) => profile.name === name)).toMatchObject({ devices: { root } });

        const { value, etag } = await profiles.get(name);
        expect(value).toMatchObject(await seen(name));
        await profiles.patch(name, { config: { "user.b": "2" } }, { ifMatch: etag });
        expect(await seen(name)).toMatchObject({ config: { "user.a": "1", "user.b": "2" }, devices: { root } });
        const stale = profiles.update(name, {}, { ifMatch: etag });
        await expect(stale).rejects.toMatchObject({ code: "ETAG_MISMATCH" });

        await profiles.update(name, { description: "two", config: { "user.c": "3" }, devices: {} });
        expect(await seen(name)).toMatchObject({ description: "two", config: { "user.c": "3" }, devices: {} });
        await profiles.patch(name, { description: "three" });
        expect(await seen(name)).toMatchObject({ description: "three", config: { "user.c": "3" } });

        await profiles.rename(name, renamed);
        current = renamed;
        expect(await seen(renamed)).toMatchObject({ name: renamed, config: { "user.c": "3" } });
        await expect(profiles.get(name)).rejects.toMatchObject({ code: "NOT_FOUND" });
      } finally {
        await profiles.delete(current);
      }
      expect(await raw("/1.0/profiles")).not.toContain(`/1.0/profiles/${renamed}`);
      await expect(profiles.delete("default")).rejects.toMatchObject({ code: "FORBIDDEN" });
    },
  );

  covers(["DELETE /1.0/profiles/{name}"], "a profile in use is kept", async ({ client, raw, name }) => {
    await client.profiles.create({ name, devices: { root: { type: "disk", path: "/", pool: "default" } } });
    try {
      const creation = await client.instances.create({ name, source: { type: "none" }, profiles: [name] });
      await creation.wait();
      try {
        await expect(client.profiles.delete(name)).rejects.toMatchObject({ code: "SERVER_ERROR" });
        const { used_by } = (await client.profiles.get(name)).value;
        expect(used_by).toEqual([`/1.0/instances/${name}`]);
      } finally {
        await (await client.instances.delete(name)).wait();
      }
    } finally {
      await client.profiles.delete(name);
    }
    expect(await raw("/1.0/profiles")).not.toContain(`/1.0/profiles/${name}`);
  });

  covers(
    ["GET /1.0/profiles"],
    "profiles of all projects, and those that a filter lets through",
    async ({ client, raw, name }) => {
      const { profiles } = client;
      const there = { project: name };
      await client.projects.create({ name, config: { "features.profiles": "true" } });
      try {
        await profiles.create({ name, description: "there" }, there);
        try {
          expect((await profiles.list()).map((profile) => profile.name)).not.toContain(name);
          const found = (await profiles.list({ allProjects: true })).filter((profile) => profile.name === name);
          expect(found).toMatchObject([{ project: name, description: "there" }]);
          expect(await profiles.listUrls({ allProjects: true })).toContain(`/1.0/profiles/${name}?project=${name}`);
          const filtered = await profiles.list({ ...there, filter: `name eq ${name}` });
          expect(filtered).toMatchObject([{ name }]);
          expect(await raw(`/1.0/profiles?project=${name}`)).toHaveLength(2);
        } finally {
          await profiles.delete(name, there);
        }
      } finally {
        await client.projects.delete(name);
      }
    },
    { on: "incus" },
  );
});
