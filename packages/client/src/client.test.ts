import { createServer } from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startFakeServer } from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { expect, test } from "vitest";
import { createClient } from "./client.ts";

test("reads the server, an image by an alias with slashes, and an instance with its ETag", async () => {
  await using fake = await startFakeServer({ images: [{ aliases: ["juju/jammy/amd64"] }] });
  await using connection = connectUnix({ socketPath: fake.socketPath });
  const client = createClient(connection);
  const server = await client.getServer();
  expect(server.value.environment).toMatchObject({ server: "lxd", server_version: "5.0.2" });
  expect(server.etag).toMatch(/^"[0-9a-f]{64}"$/);

  const alias = await client.images.aliases.get("juju/jammy/amd64");
  const image = await client.images.get(alias.value.target.slice(0, 12));
  expect(image.value).toMatchObject({ fingerprint: alias.value.target, type: "container", architecture: "x86_64" });

  const source = { type: "image", alias: "juju/jammy/amd64" } as const;
  await (await client.instances.create({ name: "c1", source })).wait();
  expect((await client.instances.get("c1")).value).toMatchObject({
    name: "c1",
    status: "Stopped",
    profiles: ["default"],
  });
  expect(await client.instances.state("c1")).toMatchObject({ status_code: 102, network: {} });
  expect((await client.instances.list()).map(({ name }) => name)).toEqual(["c1"]);
  expect((await client.instances.listFull({ filter: "name eq c1" }))[0]?.state).toMatchObject({ status: "Stopped" });
  await expect(client.instances.get("c2")).rejects.toMatchObject({
    code: "NOT_FOUND",
    request: "GET /1.0/instances/c2",
  });
});

test("an answer of another shape is told without its values", async () => {
  const folder = await mkdtemp(join(tmpdir(), "lxdkit-client-"));
  const socketPath = join(folder, "unix.socket");
  const http = createServer((_request, response) => {
    response.end(JSON.stringify({ type: "sync", metadata: { name: 5, config: { password: { is: "secret" } } } }));
  });
  await new Promise<void>((resolve) => {
    http.listen(socketPath, resolve);
  });
  try {
    await using connection = connectUnix({ socketPath });
    const error = await createClient(connection)
      .instances.get("c1")
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "BAD_METADATA", request: "GET /1.0/instances/c1" });
    expect((error as Error).message).toContain("name: invalid_type");
    expect((error as Error).message).not.toContain("secret");
  } finally {
    http.close();
    await rm(folder, { recursive: true });
  }
});
