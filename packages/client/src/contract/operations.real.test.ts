import type { Operation } from "@lxdkit/protocol";
import { connectHttps } from "@lxdkit/transport";
import { expect } from "vitest";
import { describeRoutes } from "./route-cases.ts";

describeRoutes("operations", ({ covers }) => {
  covers(
    ["GET /1.0/operations", "GET /1.0/operations/{id}", "DELETE /1.0/operations/{id}"],
    "an operation is listed, read and cancelled",
    async ({ client, raw, name }) => {
      const { operations, certificates } = client;
      const { operationId: id } = await certificates.createToken({ name });
      const path = `/1.0/operations/${id}`;
      try {
        const urls = await operations.listUrls();
        expect(urls["running"]).toContain(path);
        expect(((await raw("/1.0/operations")) as typeof urls)["running"]).toContain(path);
        const listed = (await operations.list()).find((operation) => operation.id === id);
        expect(listed).toMatchObject({ class: "token", status: "Running", may_cancel: true });
        const read = await operations.get(id);
        expect(read).toEqual(listed);
        const { status_code, metadata } = (await raw(path)) as Operation;
        expect(read).toMatchObject({ status_code, metadata });
      } finally {
        await operations.cancel(id);
      }
      expect(await raw(path)).toMatchObject({ status: "Cancelled", status_code: 401 });
      await expect(operations.cancel(id)).rejects.toMatchObject({ code: "BAD_REQUEST" });
    },
  );

  covers(
    ["GET /1.0/operations/{id}/wait"],
    "the server waits until an operation ends, or the time is up",
    async ({ client, raw, real, name }) => {
      const { operations, certificates } = client;
      const { operationId: id } = await certificates.createToken({ name });
      const timedOut = operations.wait(id, { timeoutSeconds: 1 });
      if (real.flavour === "lxd") expect(await timedOut).toMatchObject({ id, status: "Running" });
      else await expect(timedOut).rejects.toMatchObject({ code: "SERVER_ERROR" });
      const waiting = operations.wait(id);
      await operations.cancel(id);
      expect(await waiting).toMatchObject({ id, status: "Cancelled" });
      expect(await raw(`/1.0/operations/${id}`)).toMatchObject({ status: "Cancelled" });
    },
  );

  covers(
    ["GET /1.0/operations/{id}/wait"],
    "whoever knows the secret of an operation may wait for it without being trusted",
    async ({ client, raw, clientOn, real, name }) => {
      const { operation } = await client.certificates.createToken({ name });
      const { id = "", metadata } = operation.operation ?? {};
      const secret = String(metadata?.["secret"]);
      const { httpsUrl: address, serverCertificate } = real;
      const { operations } = clientOn(connectHttps({ address, serverCertificate }));
      await expect(operations.wait(id)).rejects.toMatchObject({ code: "FORBIDDEN" });
      await expect(operations.wait(id, { secret: "a" })).rejects.toMatchObject({ code: "FORBIDDEN" });
      const waiting = operations.wait(id, { secret });
      await operation.cancel();
      expect(await waiting).toMatchObject({ id, status: "Cancelled" });
      expect(await raw(`/1.0/operations/${id}`)).toMatchObject({ status: "Cancelled" });
    },
  );

  covers(
    ["GET /1.0/operations"],
    "operations of all projects",
    async ({ client, raw, name }) => {
      const there = client.in({ project: name });
      const config = { "features.images": "false", "features.profiles": "true" };
      await client.projects.create({ name, config });
      try {
        const devices = { root: { type: "disk", path: "/", pool: "default" } };
        const creation = await there.instances.create({ name, source: { type: "none" }, devices });
        const id = creation.operation?.id ?? "";
        await creation.wait();
        const ids = (operations: readonly Operation[]) => operations.map((operation) => operation.id);
        expect(ids(await client.operations.list({ allProjects: true }))).toContain(id);
        expect(ids(await there.operations.list())).toContain(id);
        expect(ids(await client.operations.list())).not.toContain(id);
        expect(await raw(`/1.0/operations/${id}`)).toMatchObject({ status: "Success" });
        await (await there.instances.delete(name)).wait();
      } finally {
        await client.projects.delete(name);
      }
    },
    { on: "incus" },
  );
});
