import { type FakeServer, startFakeServer } from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { SourcedImage } from "../images/sourced-image.ts";
import { openServer, type Server } from "../server.ts";
import type { ContainerSpec } from "./container-spec.ts";

// Row 27.
describe.each(["lxd", "incus"] as const)("a name that exists, on %s", (flavour) => {
  let fake: FakeServer;
  let server: Server;
  let image: SourcedImage;
  let spec: ContainerSpec;

  beforeEach(async () => {
    fake = await startFakeServer({ flavour, images: [{ aliases: ["tiny"] }, { aliases: ["other"] }], bootMs: 100 });
    server = await openServer(connectUnix({ socketPath: fake.socketPath }));
    image = await server.findImageByAlias("tiny");
    spec = {
      name: "c1",
      image,
      config: { "user.x": "1", "limits.cpu": "2" },
      devices: { d: { type: "none" } },
      profiles: ["default"],
    };
  });

  afterEach(async () => {
    await server.close();
    await fake.close();
  });

  const adopt = { existing: "adopt" } as const;
  const posts = (): number => fake.requests.filter(({ method }) => method === "POST").length;

  test("with all that is asked for: taken for the new one, whatever else it has", async () => {
    await server.createContainer({ ...spec, config: { ...spec.config, "user.more": "1" } });
    const before = (await server.client.instances.get("c1")).etag;
    const adopted = await server.createContainer(spec, { ...adopt, waitFor: "address" });
    expect(adopted).toMatchObject({ name: "c1", origin: "adopted", etag: before, value: { status: "Running" } });
    expect(adopted.addresses[0]?.family).toBe("ipv4");
    expect(posts()).toBe(1);
  });

  test.each<[string, Partial<ContainerSpec>, string]>([
    ["a key", { config: { "limits.cpu": "4" } }, "limits.cpu"],
    ["a device", { devices: { d: { type: "disk", path: "/srv", source: "/tmp" } } }, "device d"],
    ["profiles", { profiles: [] }, "profiles"],
    ["the life", { ephemeral: true }, "ephemeral"],
    ["the description", { description: "mine" }, "description"],
    ["the architecture", { architecture: "i386" }, "architecture"],
  ])("with %s that differs: refused, and untouched", async (_, part, difference) => {
    await server.createContainer({ ...spec, devices: { root: { type: "disk", path: "/", pool: "default" } } });
    const before = (await server.client.instances.get("c1")).etag;
    const wanted = { ...spec, devices: {}, ...part };
    await expect(server.createContainer(wanted, adopt)).rejects.toMatchObject({
      code: "NAME_TAKEN",
      message: `there is already an instance named c1, which is not the one asked for (${difference})`,
    });
    expect((await server.client.instances.get("c1")).etag).toBe(before);
  });

  test("of another image or another kind: refused", async () => {
    await server.createContainer(spec);
    const other = await server.findImageByAlias("other");
    await expect(server.createContainer({ ...spec, image: other }, adopt)).rejects.toMatchObject({
      message: expect.stringContaining("(image)"),
    });
    const machine: ContainerSpec = { ...spec, type: "virtual-machine" };
    const unsaid = { fingerprint: image.fingerprint, alias: image.alias };
    await expect(server.createContainer({ ...machine, image: unsaid }, adopt)).rejects.toMatchObject({
      message: expect.stringContaining("(type)"),
    });
  });

  test("that somebody is making at the moment: both get it, and it is made and started once", async () => {
    const made = await Promise.all([server.createContainer(spec, adopt), server.createContainer(spec, adopt)]);
    expect(made.map(({ value }) => value.status)).toEqual(["Running", "Running"]);
    expect(made.filter(({ origin }) => origin === "created")).toHaveLength(1);
    expect(fake.requests.filter(({ method, path }) => method === "PUT" && path.endsWith("/state"))).toHaveLength(1);
    expect(made[0].value.config["user.lxdkit.request"]).toBe(made[1].value.config["user.lxdkit.request"]);
  });

  test("that was given up before it was started: it is started", async () => {
    await server.createContainer({ ...spec, start: false });
    expect(await server.createContainer(spec, adopt)).toMatchObject({
      origin: "finished",
      value: { status: "Running" },
    });
  }, 15_000);

  test("that shall not be started: left stopped", async () => {
    await server.createContainer({ ...spec, start: false });
    const adopted = await server.createContainer({ ...spec, start: false }, adopt);
    expect(adopted).toMatchObject({ origin: "adopted", value: { status: "Stopped" } });
  });
});
