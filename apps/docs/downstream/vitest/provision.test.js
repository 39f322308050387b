import { assertIfMatch, assertRequests, startFakeServer, withImage, withProfile } from "@lxdkit/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { call } from "../src/api.js";
import { provision } from "../src/provision.js";

const wanted = { name: "web", image: "debian/12", memory: "512MiB" };

describe.each(["lxd", "incus"])("on %s", (flavour) => {
  let fake;

  beforeEach(async () => {
    fake = await startFakeServer({ flavour, setup: [withImage({ aliases: ["debian/12"] })] });
  });

  afterEach(() => fake.close());

  test("a container runs and has an address", async () => {
    expect(await provision(fake.socketPath, wanted)).toMatch(/^10\./);
    const { metadata } = await call(fake.socketPath, "GET", "/1.0/instances/web");
    expect(metadata).toMatchObject({ status: "Running", expanded_config: { "limits.memory": "512MiB" } });
    assertRequests(fake.requests.slice(0, 3), [
      "GET /1.0/profiles/small 404",
      "POST /1.0/profiles 201",
      "POST /1.0/instances 202",
    ]);
  });

  test("a container that cannot start is not left behind", async () => {
    fake.failOperation({ description: "Starting instance", err: "no such device" });
    await expect(provision(fake.socketPath, wanted)).rejects.toThrow("no such device");
    expect((await call(fake.socketPath, "GET", "/1.0/instances")).metadata).toEqual([]);
  });

  test("a lost answer does not lose the container", async () => {
    fake.dropConnection({ method: "POST", path: "/1.0/instances" });
    expect(await provision(fake.socketPath, wanted)).toMatch(/^10\./);
  });

  test("a full disk is told, and the server is as it was", async () => {
    const full = fake.fillDisk();
    await expect(provision(fake.socketPath, wanted)).rejects.toThrow("run out of disk space");
    full.remove();
    expect((await call(fake.socketPath, "GET", "/1.0/instances")).metadata).toEqual([]);
  });
});

test("the profile is read again when somebody else was faster", async () => {
  const setup = [withImage({ aliases: ["debian/12"] }), withProfile({ name: "small", config: { "limits.cpu": "2" } })];
  const fake = await startFakeServer({ setup });
  try {
    fake.failRequest({ method: "PUT", path: "/1.0/profiles/small", status: 412, error: "ETag doesn't match" });
    await provision(fake.socketPath, wanted);
    const { metadata } = await call(fake.socketPath, "GET", "/1.0/profiles/small");
    expect(metadata.config).toEqual({ "limits.cpu": "2", "limits.memory": "512MiB" });
    assertIfMatch(fake.requests);
  } finally {
    await fake.close();
  }
});
