import { startFakeServer } from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { expect, test } from "vitest";
import { openServer } from "./server.ts";

test("opening reads the server once", async () => {
  await using fake = await startFakeServer({ flavour: "incus", name: "m1" });
  await using server = await openServer(connectUnix({ socketPath: fake.socketPath }));
  expect(server).toMatchObject({ flavour: "incus", version: "6.0.4" });
  expect(server.info.environment?.server_name).toBe("m1");
  expect(fake.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(["GET /1.0"]);
});

test("a server that cannot be reached or refuses closes the connection and says why", async () => {
  await expect(openServer(connectUnix({ socketPath: "/nowhere/unix.socket" }))).rejects.toMatchObject({
    code: "SOCKET_NOT_FOUND",
    address: "/nowhere/unix.socket",
  });
  await using fake = await startFakeServer();
  // The transport asks again twice.
  for (let times = 0; times < 3; times += 1) {
    fake.failRequest({ path: "/1.0", status: 503, error: "daemon setup in progress" });
  }
  const connection = connectUnix({ socketPath: fake.socketPath });
  await expect(openServer(connection)).rejects.toMatchObject({ code: "UNAVAILABLE", status: 503 });
  await expect(connection.request({ method: "GET", path: "/1.0" })).rejects.toMatchObject({
    code: "CONNECTION_CLOSED",
  });
});

test("instances are listed by name", async () => {
  await using fake = await startFakeServer({ images: [{ aliases: ["tiny"] }] });
  await using server = await openServer(connectUnix({ socketPath: fake.socketPath }));
  const image = await server.findImageByAlias("tiny");
  for (const name of ["b", "c", "a"]) await server.createContainer({ name, image });
  expect((await server.listInstances()).map(({ name }) => name)).toEqual(["a", "b", "c"]);
});
