import { startFakeServer, withInstance } from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { describe, expect, test } from "vitest";
import { openServer } from "../server.ts";
import { addDisk } from "./add-disk.ts";

// Rows 8 to 10 and 22 of the cases of the server object, for an instance.
describe.each(["lxd", "incus"] as const)("on %s", (flavour) => {
  test("keys are merged under the ETag; nothing is written when they are set already", async () => {
    await using fake = await startFakeServer({ flavour, images: [{ aliases: ["tiny"] }] });
    await using server = await openServer(connectUnix({ socketPath: fake.socketPath }));
    const image = await server.findImageByAlias("tiny");
    await server.createContainer({ name: "c1", image, config: { "user.b": "2", "user.gone": "1" } });
    const seen = fake.requests.length;
    expect(await server.updateContainerConfig("c1", { "user.a": "1", "user.gone": "" })).toBe(true);
    const { value } = await server.client.instances.get("c1");
    expect(value.config).toMatchObject({ "user.a": "1", "user.b": "2" });
    expect(value.config).not.toHaveProperty("user.gone");
    expect(await server.updateContainerConfig("c1", { "user.a": "1", "user.gone": "" })).toBe(false);
    const puts = fake.requests.slice(seen).filter(({ method }) => method === "PUT");
    expect(puts).toHaveLength(1);
    expect(puts[0]?.headers["if-match"]).toMatch(/^"[0-9a-f]{64}"$/);
  });

  test("who was overtaken reads again and keeps what the other one wrote", async () => {
    await using fake = await startFakeServer({ flavour, images: [{ aliases: ["tiny"] }] });
    await using server = await openServer(connectUnix({ socketPath: fake.socketPath }));
    await server.createContainer({ name: "c1", image: await server.findImageByAlias("tiny") });
    const keys = Array.from({ length: 4 }, (_, at) => `user.k${String(at)}`);
    await Promise.all(keys.map((key) => server.updateContainerConfig("c1", { [key]: "1" })));
    const { value } = await server.client.instances.get("c1");
    expect(keys.map((key) => value.config[key])).toEqual(["1", "1", "1", "1"]);
  });

  test("refused for ever, it gives up after five attempts; a failed reading writes nothing", async () => {
    await using fake = await startFakeServer({ flavour, images: [{ aliases: ["tiny"] }] });
    await using server = await openServer(connectUnix({ socketPath: fake.socketPath }));
    await server.createContainer({ name: "c1", image: await server.findImageByAlias("tiny") });
    for (let times = 0; times < 9; times += 1) {
      fake.failRequest({ method: "PUT", path: "/1.0/instances/c1", status: 412, error: "Precondition failed" });
    }
    const seen = fake.requests.length;
    await expect(server.updateContainerConfig("c1", { "user.a": "1" })).rejects.toMatchObject({
      code: "ETAG_MISMATCH",
    });
    expect(fake.requests.slice(seen).map(({ method }) => method)).toEqual(
      Array.from({ length: 5 }, () => ["GET", "PUT"]).flat(),
    );
    await expect(server.updateContainerConfig("gone", { "user.a": "1" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(fake.requests.at(-1)?.method).toBe("GET");
  });

  test("devices are set as a whole and removed, the others stay; nothing is written for what is so already", async () => {
    const devices = { a: { type: "none" }, b: { type: "none" } };
    await using fake = await startFakeServer({ flavour, setup: [withInstance({ name: "c1", devices })] });
    await using server = await openServer(connectUnix({ socketPath: fake.socketPath }));
    const wanted = { b: null, c: { type: "unix-char", path: "/dev/null" } };
    expect(await server.updateContainerDevices("c1", wanted)).toBe(true);
    const { value } = await server.client.instances.get("c1");
    expect(value.devices).toEqual({ a: { type: "none" }, c: { type: "unix-char", path: "/dev/null" } });
    expect(await server.updateContainerDevices("c1", wanted)).toBe(false);
    expect(fake.requests.filter(({ method }) => method === "PUT")).toHaveLength(1);
  });

  // Row 5 of the regression tests.
  test("devices of two writers are both kept", async () => {
    await using fake = await startFakeServer({ flavour, setup: [withInstance({ name: "c1" })] });
    await using server = await openServer(connectUnix({ socketPath: fake.socketPath }));
    const names = ["a", "b", "c"];
    await Promise.all(names.map((name) => server.updateContainerDevices("c1", { [name]: { type: "none" } })));
    expect(Object.keys((await server.client.instances.get("c1")).value.devices).toSorted()).toEqual(names);
  });

  test("what was read and changed here is written once, and not over what others wrote meanwhile", async () => {
    await using fake = await startFakeServer({ flavour, setup: [withInstance({ name: "c1" })] });
    await using server = await openServer(connectUnix({ socketPath: fake.socketPath }));
    const read = await server.client.instances.get("c1");
    const changed = { ...read, value: addDisk(read.value, "data", { path: "/srv", source: "/tmp", readonly: true }) };
    expect(await server.writeContainer(read)).toBe(false);
    expect(await server.writeContainer(changed)).toBe(true);
    const { value } = await server.client.instances.get("c1");
    expect(value.devices).toMatchObject({ data: { type: "disk", path: "/srv", source: "/tmp", readonly: "true" } });
    const other = { ...read, value: { ...read.value, description: "old" } };
    await expect(server.writeContainer(other)).rejects.toMatchObject({ code: "ETAG_MISMATCH" });
    expect((await server.client.instances.get("c1")).value.description).toBe("");
    expect(fake.requests.filter(({ method }) => method === "PUT")).toHaveLength(2);
  });

  test("a change that fails: for good when the instance is as it was, again when it has changed meanwhile", async () => {
    await using fake = await startFakeServer({ flavour, setup: [withInstance({ name: "c1" })] });
    await using server = await openServer(connectUnix({ socketPath: fake.socketPath }));
    fake.failOperation({ description: "Updating instance", err: "disk full" });
    await expect(server.updateContainerConfig("c1", { "user.a": "1" })).rejects.toMatchObject({
      code: "OPERATION_FAILED",
      message: expect.stringContaining("disk full"),
    });
    fake.failOperation({
      description: "Updating instance",
      err: "another operation has now succeeded",
      stage: "after",
    });
    await server.updateContainerConfig("c1", { "user.a": "2" });
    expect((await server.client.instances.get("c1")).value.config["user.a"]).toBe("2");
    fake.failOperation({
      description: "Updating instance",
      err: "another operation has now succeeded",
      stage: "after",
    });
    const read = await server.client.instances.get("c1");
    const changed = { ...read, value: { ...read.value, ephemeral: true } };
    await expect(server.writeContainer(changed)).rejects.toMatchObject({
      code: "ETAG_MISMATCH",
      cause: { code: "OPERATION_FAILED" },
    });
  });
});
