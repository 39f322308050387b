import { generateClientCertificate } from "@lxdkit/certificates";
import type { Project } from "@lxdkit/protocol";
import { expect } from "vitest";
import { describeRoutes } from "./route-cases.ts";

describeRoutes("projects", ({ covers }) => {
  covers(
    [
      "POST /1.0/projects",
      "GET /1.0/projects",
      "GET /1.0/projects/{name}",
      "PUT /1.0/projects/{name}",
      "PATCH /1.0/projects/{name}",
      "POST /1.0/projects/{name}",
      "DELETE /1.0/projects/{name}",
    ],
    "a project is made, listed, changed, renamed and deleted",
    async ({ client, raw, real, name }) => {
      const { projects } = client;
      const renamed = `${name}-b`;
      let current = name;
      const seen = async (project: string) => (await raw(`/1.0/projects/${project}`)) as Project;
      await projects.create({ name, description: "one", config: { "features.images": "false", "user.a": "1" } });
      try {
        expect(await seen(name)).toMatchObject({ description: "one", config: { "features.images": "false" } });
        await expect(projects.create({ name })).rejects.toMatchObject({
          code: real.flavour === "lxd" ? "CONFLICT" : "SERVER_ERROR",
        });

        expect(await projects.listUrls()).toContain(`/1.0/projects/${name}`);
        expect((await projects.list()).find((project) => project.name === name)).toMatchObject({ description: "one" });

        const { value, etag } = await projects.get(name);
        expect(value).toMatchObject(await seen(name));
        await projects.patch(name, { description: "two" }, { ifMatch: etag });
        expect(await seen(name)).toMatchObject({ description: "two", config: value.config });
        const stale = projects.update(name, value, { ifMatch: etag });
        await expect(stale).rejects.toMatchObject({ code: "ETAG_MISMATCH" });

        const { "user.a": _a, ...config } = value.config;
        await projects.update(name, { description: "three", config });
        expect(await seen(name)).toMatchObject({ description: "three" });
        expect((await seen(name)).config).toEqual(config);
        // The servers replace the configuration here, too.
        await projects.patch(name, { config: { "features.images": "false", "user.b": "2" } });
        expect((await seen(name)).config).toEqual({ "features.images": "false", "user.b": "2" });

        const renaming = await projects.rename(name, renamed);
        expect(await renaming.wait()).toMatchObject({ status: "Success" });
        current = renamed;
        expect(await seen(renamed)).toMatchObject({ description: "three" });
        await expect(projects.get(name)).rejects.toMatchObject({ code: "NOT_FOUND" });
      } finally {
        await projects.delete(current);
      }
      expect(await raw("/1.0/projects")).not.toContain(`/1.0/projects/${renamed}`);
      await expect(projects.delete("default")).rejects.toMatchObject({ code: "FORBIDDEN" });
    },
  );

  covers(["GET /1.0/projects/{name}/state"], "limits and use of a project", async ({ client, raw, name }) => {
    await client.projects.create({ name, config: { "limits.instances": "3", "limits.memory": "1GiB" } });
    try {
      const { resources } = await client.projects.state(name);
      expect(resources).toMatchObject({ instances: { Limit: 3, Usage: 0 }, memory: { Limit: 1_073_741_824 } });
      expect(resources["cpu"]).toEqual({ Limit: -1, Usage: 0 });
      expect(await raw(`/1.0/projects/${name}/state`)).toEqual({ resources });
    } finally {
      await client.projects.delete(name);
    }
  });

  covers(
    ["DELETE /1.0/projects/{name}"],
    "what is in a project keeps it, unless it is forced",
    async ({ client, raw, name }) => {
      const there = client.in({ project: name });
      await client.projects.create({ name, config: { "features.profiles": "true" } });
      try {
        await there.profiles.create({ name: "inside" });
        const creation = await there.instances.create({
          name: "c1",
          source: { type: "none" },
          devices: { root: { type: "disk", path: "/", pool: "default" } },
        });
        await creation.wait();
        await expect(client.projects.delete(name)).rejects.toMatchObject({ code: "SERVER_ERROR" });
      } finally {
        await client.projects.delete(name, { force: true });
      }
      expect(await raw("/1.0/projects")).not.toContain(`/1.0/projects/${name}`);
    },
    { on: "incus" },
  );

  covers(
    ["GET /1.0/projects", "GET /1.0/projects/{name}/access"],
    "who may use a project, and projects that a filter lets through",
    async ({ client, raw, name }) => {
      const certificate = await generateClientCertificate();
      const fingerprint = certificate.fingerprint();
      const body = { ...certificate.asCreateRequest(), name };
      await client.projects.create({ name, description: name });
      try {
        expect(await client.projects.list({ filter: `description eq ${name}` })).toMatchObject([{ name }]);
        await client.certificates.create({ ...body, restricted: true, projects: [name] });
        const entry = { identifier: fingerprint, provider: "tls", role: "operator" };
        expect(await client.projects.access(name)).toContainEqual(entry);
        expect(await raw(`/1.0/projects/${name}/access`)).toContainEqual(entry);
      } finally {
        await client.certificates.delete(fingerprint);
        await client.projects.delete(name);
      }
    },
    { on: "incus" },
  );
});
