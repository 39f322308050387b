import { withProject } from "@lxdkit/testing";
import { describe, expect, test } from "vitest";
import type { Server } from "../server.ts";
import { openImageStage, requestsOf, startImageServer, ubuntu } from "./image-stage.test-support.ts";
import type { ImageStatus } from "./image-status.ts";

const cached = "juju/jammy/amd64";

describe.each(["lxd", "incus"] as const)("on %s", (flavour) => {
  test("row 1: the server's own image; no image server is asked", async () => {
    await using stage = await openImageStage({
      flavour,
      images: [{ aliases: [cached] }],
      hosts: [[ubuntu("jammy", "j")]],
    });
    const { server, hosts, specs, fake } = stage;
    const told: ImageStatus[] = [];
    const found = await server.findImage("jammy", "amd64", specs, { onStatus: (status) => told.push(status) });
    const { value } = await server.client.images.aliases.get(cached);
    expect(found).toEqual({ fingerprint: value.target, alias: cached, type: "container" });
    expect(hosts[0]?.requests).toEqual([]);
    const title = flavour === "lxd" ? "LXD" : "Incus";
    expect(told).toEqual([{ status: "allocating", message: `acquiring ${title} image` }]);
    expect(requestsOf(fake, /^POST/)).toEqual([]);
  });

  test("row 1: an unsupported series with a copy on the server works", async () => {
    await using stage = await openImageStage({ flavour, images: [{ aliases: ["juju/pldlinux/arm64"] }] });
    expect(await stage.server.findImage("pldlinux", "arm64", [])).toMatchObject({ alias: "juju/pldlinux/arm64" });
  });

  test("row 2: a server that cannot look its alias up", async () => {
    await using stage = await openImageStage({ flavour, hosts: [[ubuntu("jammy", "j")]] });
    const { server, fake, specs, hosts } = stage;
    fake.failRequest({ path: `/1.0/images/aliases/${encodeURIComponent(cached)}`, status: 500, error: "boom" });
    await expect(server.findImage("jammy", "amd64", specs)).rejects.toMatchObject({
      serverMessage: "boom",
      status: 500,
    });
    expect(hosts[0]?.requests).toEqual([]);
  });

  test("row 3: the first source that has it; those behind are not asked", async () => {
    await using stage = await openImageStage({
      flavour,
      hosts: [[], [ubuntu("jammy", "two")], [ubuntu("jammy", "three")]],
    });
    const { server, specs, hosts, fake } = stage;
    const found = await server.findImage("jammy", "amd64", specs);
    expect(found).toMatchObject({ alias: "jammy/amd64", type: "container", source: specs[1] });
    expect(hosts.map(({ requests }) => requests.length > 0)).toEqual([true, true, false]);
    expect(requestsOf(fake, /^POST/)).toEqual([]);
  });

  test("row 4: an alias whose image cannot be read", async () => {
    const images = [{ aliases: [cached] }];
    await using stage = await openImageStage({ flavour, images, hosts: [[ubuntu("jammy", "j")]] });
    const { server, fake, specs } = stage;
    const { value } = await server.client.images.aliases.get(cached);
    fake.failRequest({ path: `/1.0/images/${value.target}`, status: 404, error: "Not Found" });
    expect(await server.findImage("jammy", "amd64", specs)).toMatchObject({ source: specs[0] });
  });

  test("rows 5 to 7: every source is named with its cause", async () => {
    await using stage = await openImageStage({ flavour, hosts: [[ubuntu("focal", "f")], []] });
    const { server, specs, hosts } = stage;
    await using other = await startImageServer(flavour, [{ aliases: ["jammy/amd64"], public: true }]);
    other.fake.failRequest({ path: /^\/1\.0\/images\/[0-9a-f]{64}$/, status: 400, error: "failed to retrieve image" });
    hosts[1]?.spoil(/index/, { kind: "status", status: 404 });
    const error: unknown = await server
      .findImage("jammy", "amd64", [...specs, other.spec, "https://127.0.0.1:1"])
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: "IMAGE_SEARCH_FAILED",
      errors: [
        { code: "IMAGE_NOT_FOUND" },
        { code: "IMAGE_NOT_FOUND", candidates: ["focal"] },
        { code: "STREAM_UNAVAILABLE" },
        { serverMessage: "failed to retrieve image" },
        { code: "STREAM_UNREACHABLE" },
      ],
      cause: { code: "STREAM_UNREACHABLE" },
    });
    const { message } = error as Error;
    for (const { host } of [...specs, other.spec]) expect(message).toContain(host);
    for (const text of ["no matching image found", "jammy", "amd64", "failed to retrieve image"]) {
      expect(message).toContain(text);
    }
  });

  test("row 6: no source has the alias", async () => {
    await using stage = await openImageStage({ flavour, hosts: [[ubuntu("focal", "f")]] });
    await expect(stage.server.findImage("jammy", "amd64", stage.specs)).rejects.toMatchObject({
      code: "IMAGE_NOT_FOUND",
      message: expect.stringContaining("no matching image found"),
      hint: expect.stringContaining("focal"),
    });
  });

  test("row 7: a single source whose image cannot be read", async () => {
    await using stage = await openImageStage({ flavour });
    await using other = await startImageServer(flavour, [{ aliases: ["jammy/amd64"], public: true }]);
    other.fake.failRequest({ path: /^\/1\.0\/images\/[0-9a-f]{64}$/, status: 400, error: "failed to retrieve image" });
    await expect(stage.server.findImage("jammy", "amd64", [other.spec])).rejects.toMatchObject({
      code: "IMAGE_SEARCH_FAILED",
      cause: { serverMessage: "failed to retrieve image" },
    });
  });

  test("row 8: a copy of its own, without anybody who listens", async () => {
    await using stage = await openImageStage({ flavour, hosts: [[ubuntu("jammy", "j")]] });
    const { server, specs, fake } = stage;
    const found = await server.findImage("jammy", "amd64", specs, { copyLocal: true });
    const { value: alias } = await server.client.images.aliases.get(cached);
    expect(found).toEqual({ fingerprint: alias.target, alias: cached, type: "container" });
    const posts = fake.requests.filter(({ method, path }) => method === "POST" && path === "/1.0/images");
    expect(posts.map(({ body }) => body)).toMatchObject([
      {
        auto_update: true,
        aliases: [{ name: cached }],
        source: {
          type: "image",
          mode: "pull",
          protocol: "simplestreams",
          alias: "jammy/amd64",
          image_type: "container",
        },
      },
    ]);
    expect((await server.client.images.get(found.fingerprint)).value).toMatchObject({
      auto_update: true,
      cached: false,
      update_source: { alias: "jammy/amd64", server: stage.hosts[0]?.url },
    });
    expect(await server.findImage("jammy", "amd64", [])).toEqual(found);
  });

  test("row 9: progress is told", async () => {
    await using stage = await openImageStage({ flavour, hosts: [[ubuntu("jammy", "j")]], downloadMs: 20 });
    const told: string[] = [];
    await stage.server.findImage("jammy", "amd64", stage.specs, {
      copyLocal: true,
      onStatus: ({ message }) => {
        told.push(message);
        throw new Error("nobody's business");
      },
    });
    expect(told[0]).toMatch(/^acquiring/);
    expect(told[1]).toMatch(/^Retrieving image: metadata: 100%/);
    expect(told.at(-1)).toMatch(/^Retrieving image: rootfs: 100%/);
    expect(new Set(told).size).toBe(told.length);
  });

  test("rows 11 and 12: a series that has no images", async () => {
    await using stage = await openImageStage({ flavour });
    const { server } = stage;
    await expect(server.findImage("centos7", "arm64", [])).rejects.toMatchObject({ code: "SERIES_NOT_SUPPORTED" });
    await expect(server.findImage("pldlinux", "amd64", [])).rejects.toMatchObject({ code: "SERIES_UNKNOWN" });
  });

  test("row 13: CentOS by its alias there; other aliases when they are named", async () => {
    const centos = ubuntu("7", "c", { os: "centos", aliases: ["centos/7/cloud"], variant: "cloud" });
    const alpine = ubuntu("3.20", "a", { os: "alpine", aliases: ["alpine/3.20"] });
    await using stage = await openImageStage({ flavour, hosts: [[centos, alpine]] });
    const { server, specs } = stage;
    expect(await server.findImage("centos7", "amd64", specs)).toMatchObject({ alias: "centos/7/cloud/amd64" });
    const remoteAliases = ["alpine/edge", "alpine/3.20"];
    expect(await server.findImage("alpine", "amd64", specs, { remoteAliases })).toMatchObject({ alias: "alpine/3.20" });
  });

  test("row 18: an alias that stands for a virtual machine alone", async () => {
    const { rootfs: _, ...machine } = ubuntu("jammy", "m");
    const disk = { ...machine, disk: Buffer.from("disk") };
    await using stage = await openImageStage({ flavour, hosts: [[disk]] });
    const { server, specs } = stage;
    await using other = await startImageServer(flavour, [
      { aliases: ["jammy/amd64"], type: "virtual-machine", public: true },
    ]);
    const sources = [...specs, other.spec];
    await expect(server.findImage("jammy", "amd64", sources)).rejects.toMatchObject({
      code: "IMAGE_NOT_FOUND",
      errors: [{}, { code: "IMAGE_NOT_FOUND" }, { code: "IMAGE_NOT_FOUND" }],
    });
    const virtType = "virtual-machine";
    const found = await server.findImage("jammy", "amd64", sources, { virtType, copyLocal: true });
    expect(found).toMatchObject({ alias: "juju/jammy/amd64/vm", type: "virtual-machine" });
    expect(await server.findImage("jammy", "amd64", [other.spec], { virtType })).toEqual(found);
  });

  test("row 19: each source is asked for an image of its own", async () => {
    await using stage = await openImageStage({ flavour, hosts: [[ubuntu("jammy", "j")]] });
    await using other = await startImageServer(flavour, [{ aliases: ["jammy/amd64"], public: true }]);
    other.fake.failRequest({ path: /^\/1\.0\/images\/[0-9a-f]{64}$/, status: 404, error: "Not Found" });
    const { server, specs, hosts } = stage;
    const found = await server.findImage("jammy", "amd64", [other.spec, ...specs]);
    expect(found.source).toBe(specs[0]);
    expect(hosts[0]?.requests.length).toBeGreaterThan(0);
  });

  test("regression 3: those who want the same image at the same time get one download", async () => {
    await using stage = await openImageStage({ flavour, hosts: [[ubuntu("jammy", "j")], [ubuntu("jammy", "other")]] });
    const { server, specs, fake } = stage;
    const found = await Promise.all(
      // One comes from another list of sources, and finds what the others have copied.
      [specs, specs, specs, specs.toReversed()].map((sources) =>
        server.findImage("jammy", "amd64", sources, { copyLocal: true }),
      ),
    );
    expect(new Set(found.map(({ fingerprint }) => fingerprint)).size).toBe(1);
    expect(requestsOf(fake, /^POST \/1\.0\/images/)).toEqual(["POST /1.0/images"]);
  });

  test("regression 3: also on another member of the cluster, and in projects without images of their own", async () => {
    await using stage = await openImageStage({
      flavour,
      hosts: [[ubuntu("jammy", "j")]],
      members: ["m1", "m2"],
      setup: [
        withProject({ name: "shares", config: { "features.images": "false" } }),
        withProject({ name: "own", config: { "features.images": "true" } }),
      ],
    });
    const { server, specs, fake } = stage;
    const member = await server.useTargetServer("m2");
    const copy = (one: Server) => one.findImage("jammy", "amd64", specs, { copyLocal: true });
    const sharing = [server, member, server.useProject("shares"), member.useProject("shares")];
    const found = await Promise.all(sharing.map(copy));
    expect(new Set(found.map(({ fingerprint }) => fingerprint)).size).toBe(1);
    expect(requestsOf(fake, /^POST \/1\.0\/images/)).toEqual(["POST /1.0/images"]);
    await Promise.all([server.useProject("own"), server.useProject("own")].map(copy));
    const posts = fake.requests.filter(({ method, path }) => method === "POST" && path === "/1.0/images");
    expect(posts.map(({ query }) => query["project"])).toEqual([undefined, "own"]);
  });

  test("regression 18: the architecture is the server's", async () => {
    const arm = ubuntu("jammy", "arm", { architecture: "arm64" });
    await using stage = await openImageStage({
      flavour,
      architecture: "aarch64",
      hosts: [[ubuntu("jammy", "amd"), arm]],
    });
    const { server, specs } = stage;
    const found = await server.findImage("jammy", undefined, specs, { copyLocal: true });
    expect(found.alias).toBe("juju/jammy/arm64");
    expect((await server.client.images.get(found.fingerprint)).value.architecture).toBe("aarch64");
  });

  test("the aliases of copies begin as it is wished", async () => {
    await using stage = await openImageStage({ flavour, hosts: [[ubuntu("jammy", "j")]] });
    const options = { copyLocal: true, aliasPrefix: "mine" };
    expect(await stage.server.findImage("jammy", "x86_64", stage.specs, options)).toMatchObject({
      alias: "mine/jammy/amd64",
    });
  });

  test("an abort ends the search with the signal's own reason", async () => {
    await using stage = await openImageStage({ flavour, hosts: [[ubuntu("jammy", "j")]] });
    const { server, specs, hosts } = stage;
    const reason = new Error("enough");
    const ends = new AbortController();
    hosts[0]?.spoil(/index/, { kind: "slow", waitMs: 60_000 });
    const found = server.findImage("jammy", "amd64", specs, { copyLocal: true, signal: ends.signal });
    await expect.poll(() => hosts[0]?.requests.length).toBe(1);
    ends.abort(reason);
    await expect(found).rejects.toBe(reason);
  });
});
