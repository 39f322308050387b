import { text } from "node:stream/consumers";
import { certificateFingerprint, createSelfSignedCertificate } from "@lxdkit/certificates";
import { migrationSecretsSchema } from "@lxdkit/protocol";
import { expect } from "vitest";
import { hangUp, migrationSide } from "../instances/migration-sockets.ts";
import { describeRoutes } from "./route-cases.ts";
import { cli, ownProject, source, start, withInstance } from "./with-instance.ts";

describeRoutes("instances", ({ covers, refuses }) => {
  covers(
    ["POST /1.0/instances", "GET /1.0/instances", "GET /1.0/instances/{name}", "DELETE /1.0/instances/{name}"],
    "an instance is made, listed, read and removed",
    async ({ client, raw, name }) => {
      await withInstance({ client, name }, async () => {
        const known = (await raw(`/1.0/instances/${name}`)) as Record<string, unknown>;
        expect((await client.instances.get(name)).value).toMatchObject(known);
        const full = await client.instances.getFull(name);
        expect(full.value).toMatchObject({ ...known, snapshots: [], backups: [], state: { status: "Stopped" } });
        expect(full.etag).toMatch(/^"[0-9a-f]{64}"$/);
        const url = `/1.0/instances/${name}`;
        const filter = `name eq ${name}`;
        expect(await client.instances.listUrls({ filter })).toEqual([url]);
        expect(await client.instances.listUrls({ filter, type: "container" })).toEqual([url]);
        expect(await client.instances.listUrls({ filter, type: "virtual-machine" })).toEqual([]);
        expect((await client.instances.list({ filter }))[0]).toMatchObject(known);
        const [listed] = await client.instances.listFull({ filter, allProjects: true });
        expect(listed).toMatchObject({ ...known, project: "default", state: { status: "Stopped" } });
      });
      expect(await raw(`/1.0/instances?filter=name+eq+${name}`)).toEqual([]);
      await expect(client.instances.get(name)).rejects.toMatchObject({ code: "NOT_FOUND" });
    },
  );

  covers(
    ["PUT /1.0/instances/{name}", "PATCH /1.0/instances/{name}"],
    "its configuration is replaced and merged, and only when nobody else has changed it",
    async ({ client, raw, name }) => {
      await withInstance({ client, name }, async () => {
        const read = async () => (await raw(`/1.0/instances/${name}`)) as { config: object; description: string };
        const { value, etag } = await client.instances.get(name);
        const config = { ...value.config, "user.one": "1" };
        await (await client.instances.update(name, { ...value, config, description: "new" }, { ifMatch: etag })).wait();
        expect(await read()).toMatchObject({ description: "new", config: { "user.one": "1" } });
        await expect(client.instances.update(name, value, { ifMatch: etag })).rejects.toMatchObject({
          code: "ETAG_MISMATCH",
        });
        await client.instances.patch(name, { description: "newer", config: { "user.two": "2" } });
        expect(await read()).toMatchObject({ description: "newer", config: { "user.one": "1", "user.two": "2" } });
        await expect(client.instances.patch(name, { description: "" }, { ifMatch: etag })).rejects.toMatchObject({
          code: "ETAG_MISMATCH",
        });
      });
    },
  );

  covers(
    ["GET /1.0/instances/{name}/state", "PUT /1.0/instances/{name}/state", "PUT /1.0/instances"],
    "it is started, and all of its project are frozen and stopped together",
    async ({ client, raw, real, name }) => {
      const project = name;
      await real.run(ownProject(real, project));
      const inside = client.in({ project });
      try {
        await withInstance({ client: inside, name }, async () => {
          const status = async () => (await raw(`/1.0/instances/${name}?project=${project}`)) as { status: string };
          await (await inside.instances.setState(name, start)).wait();
          expect(await status()).toMatchObject({ status: "Running" });
          const state = await inside.instances.state(name);
          expect(state).toMatchObject({ status: "Running", status_code: 103 });
          expect(state.pid).toBeGreaterThan(1);
          await (await inside.instances.setStates({ state: { ...start, action: "freeze" } })).wait();
          expect(await status()).toMatchObject({ status: "Frozen" });
          await (await inside.instances.setStates({ state: { ...start, action: "stop", force: true } })).wait();
          expect(await status()).toMatchObject({ status: "Stopped" });
        });
      } finally {
        await real.run([cli(real), "project", "delete", project]);
      }
    },
  );

  covers(
    ["POST /1.0/instances/{name}"],
    "it is renamed, moved to another pool, and moved to another project",
    async ({ client, raw, real, name }) => {
      const other = `${name}-b`;
      await real.run([cli(real), "storage", "create", name, "dir"]);
      await real.run(ownProject(real, name));
      try {
        await withInstance(
          { client, name },
          async () => {
            await (await client.instances.rename(name, other)).wait();
            expect(await raw(`/1.0/instances/${other}`)).toMatchObject({ name: other });
            expect(await raw(`/1.0/instances?filter=name+eq+${name}`)).toEqual([]);
            await (await client.instances.migrate(other, { name: other, pool: name })).wait();
            expect(await raw(`/1.0/instances/${other}`)).toMatchObject({ devices: { root: { pool: name } } });
            const everywhere = `/1.0/instances?all-projects=true&recursion=1&filter=name+eq+${other}`;
            await (await client.instances.migrate(other, { name: other, project: name })).wait();
            expect(await raw(everywhere)).toMatchObject([{ name: other, project: name }]);
            await (
              await client.in({ project: name }).instances.migrate(other, { name: other, project: "default" })
            ).wait();
            expect(await raw(everywhere)).toMatchObject([{ name: other, project: "default" }]);
          },
          [name, other],
        );
      } finally {
        await real.run([cli(real), "project", "delete", name]);
        await real.run([cli(real), "storage", "delete", name]);
      }
    },
  );

  covers(
    ["POST /1.0/instances/{name}", "POST /1.0/instances/{name}/snapshots/{snapshot}"],
    "it and its snapshot wait for whoever takes them to another server",
    async ({ client, raw, name }) => {
      await withInstance({ client, name }, async () => {
        await (await client.instances.snapshots.create(name, { name: "s1" })).wait();
        for (const giving of [
          await client.instances.migrate(name, { name }),
          await client.instances.snapshots.migrate(name, "s1", { name: "s1" }),
        ]) {
          const operation = await raw(`/1.0/operations/${giving.operation?.id ?? ""}`);
          expect(operation).toMatchObject({ class: "websocket", status: "Running" });
          expect(migrationSecretsSchema.parse(giving.operation?.metadata)).toEqual({
            control: expect.stringMatching(/^[0-9a-f]{64}$/),
            fs: expect.stringMatching(/^[0-9a-f]{64}$/),
          });
          // The only one that both servers end at once also for a snapshot.
          await hangUp(await migrationSide(client, giving, undefined), true);
          await expect(giving.wait()).rejects.toMatchObject({ code: "OPERATION_FAILED" });
        }
      });
    },
  );

  covers(
    ["POST /1.0/instances/{name}/rebuild"],
    "it gets a new root file system",
    async ({ client, raw, name }) => {
      await withInstance({ client, name }, async () => {
        await (await client.instances.rebuild(name, { source: { type: "none" } })).wait();
        expect(await raw(`/1.0/instances/${name}`)).not.toHaveProperty(["config", "image.description"]);
        await (await client.instances.rebuild(name, { source })).wait();
        expect(await raw(`/1.0/instances/${name}`)).toMatchObject({
          config: { "image.description": "BusyBox for tests" },
        });
      });
    },
    { on: "incus" },
  );

  covers(
    ["GET /1.0/instances/{name}/access"],
    "it tells who may use it",
    async ({ client, raw, real, name }) => {
      const { certificate } = await createSelfSignedCertificate({ usage: "client", commonName: name });
      const identifier = certificateFingerprint(certificate);
      await real.trust(certificate, { name });
      try {
        await withInstance({ client, name }, async () => {
          const access = await client.instances.access(name);
          expect(access).toContainEqual(expect.objectContaining({ identifier, provider: "tls" }));
          // In any order.
          const again = (await raw(`/1.0/instances/${name}/access`)) as readonly unknown[];
          expect(access).toHaveLength(again.length);
          expect(access).toEqual(expect.arrayContaining([...again]));
        });
      } finally {
        await real.run([cli(real), "config", "trust", "remove", identifier]);
      }
    },
    { on: "incus" },
  );

  refuses(
    ["GET /1.0/instances/{name}/debug/memory"],
    "only virtual machines have a memory of their own, and none can run here",
    async ({ client, name }) => {
      await withInstance({ client, name }, async () => {
        await expect(client.instances.debugMemory(name)).rejects.toMatchObject({ code: "BAD_REQUEST" });
      });
    },
    { on: "incus" },
  );

  covers(
    ["GET /1.0/instances/{name}/console", "DELETE /1.0/instances/{name}/console"],
    "what it wrote to its console is read and emptied",
    async ({ client, real, name }) => {
      await withInstance({ client, name }, async () => {
        await (await client.instances.setState(name, start)).wait();
        await real.run([cli(real), "exec", name, "--", "sh", "-c", "echo from-inside >/dev/console"]);
        const log = async (): Promise<string> => text((await client.instances.consoleLog.get(name)).body);
        await expect.poll(log, { timeout: 10_000 }).toContain("from-inside");
        await client.instances.consoleLog.clear(name);
        await real.run([cli(real), "exec", name, "--", "sh", "-c", "echo once-more >/dev/console"]);
        // LXD has no log to show before something is written to it.
        const show = ["console", "--show-log", name];
        const shown = async (): Promise<string> =>
          (await real.run([cli(real), ...show], { allowFailure: true })).stdout;
        await expect.poll(shown, { timeout: 10_000 }).toMatch(/^(?![^]*from-inside)[^]*once-more/);
      });
    },
  );
});
