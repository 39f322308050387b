import { type FakeServer, startFakeServer, startSimplestreamsHost } from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openServer, type Server } from "../server.ts";
import { openImageStage, ubuntu } from "./image-stage.test-support.ts";

let fake: FakeServer;
let server: Server;

beforeEach(async () => {
  fake = await startFakeServer({
    images: [{ aliases: ["tiny", "a/b"] }, { aliases: ["machine"], type: "virtual-machine" }],
  });
  server = await openServer(connectUnix({ socketPath: fake.socketPath }));
});

afterEach(async () => {
  await server.close();
  await fake.close();
});

test("an alias of the server's own, also with slashes, and the start of a fingerprint", async () => {
  const byAlias = await server.findImageByAlias("a/b");
  expect(byAlias).toEqual({ fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/), alias: "a/b", type: "container" });
  expect((await server.findImageByAlias(byAlias.fingerprint.slice(0, 12))).fingerprint).toBe(byAlias.fingerprint);
});

test("an image for virtual machines is none for a container", async () => {
  await expect(server.findImageByAlias("machine")).rejects.toMatchObject({
    code: "IMAGE_NOT_FOUND",
    message: expect.stringContaining("virtual-machine"),
  });
});

test("an unknown alias: the error names every place that was looked at, each with its cause", async () => {
  await using host = await startSimplestreamsHost();
  const gone = await startSimplestreamsHost();
  await gone.close();
  const error: unknown = await server
    .findImageByAlias("nope", { sources: [host.url, gone.url, "http://x"] })
    .catch((caught: unknown) => caught);
  expect(error).toMatchObject({
    code: "IMAGE_SEARCH_FAILED",
    errors: [
      { code: "IMAGE_NOT_FOUND" },
      { code: "STREAM_UNTRUSTED", address: `${host.url}/streams/v1/index.json` },
      { code: "STREAM_UNREACHABLE", address: `${gone.url}/streams/v1/index.json` },
      { code: "BAD_STREAM_URL" },
    ],
  });
  const { message } = error as Error;
  for (const place of ["own images", host.url, gone.url, "http://x"]) expect(message).toContain(place);
});

test("a failure of the server while looking is not taken for a missing image", async () => {
  fake.failRequest({ path: "/1.0/images/aliases/tiny", status: 500, error: "database is locked" });
  await expect(server.findImageByAlias("tiny")).rejects.toMatchObject({
    code: "IMAGE_SEARCH_FAILED",
    message: expect.stringContaining("database is locked"),
  });
});

describe.each(["lxd", "incus"] as const)("another architecture than the server's, on %s", (flavour) => {
  const images = [ubuntu("jammy", "amd"), ubuntu("jammy", "arm", { architecture: "arm64" })];

  test("an alias that stands for several images is copied, and made an instance of, for the one that is asked for", async () => {
    await using stage = await openImageStage({ flavour, hosts: [images] });
    const { specs: sources } = stage;
    const copied = async (architecture: string | undefined): Promise<string> => {
      const found = await stage.server.findImageByAlias("jammy", { sources, local: false, architecture });
      const { fingerprint } = await stage.server.copyRemoteImage(found, []);
      expect(fingerprint).toBe(found.fingerprint);
      return (await stage.server.client.images.get(fingerprint)).value.architecture;
    };
    expect(await copied(undefined)).toBe("x86_64");
    expect(await copied("amd64")).toBe("x86_64");
    expect(await copied("arm64")).toBe("aarch64");
    const posts = stage.fake.requests.filter(({ method, path }) => method === "POST" && path === "/1.0/images");
    expect(posts.map(({ body }) => body)).toMatchObject([
      { source: { alias: "jammy" } },
      { source: { alias: "jammy" } },
      { source: { fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) } },
    ]);
    const found = await stage.server.findImage("jammy", "arm64", sources, { remoteAliases: ["jammy"] });
    expect(found).toMatchObject({ alias: "jammy", architecture: "aarch64" });
    await expect(stage.server.findImageByAlias("jammy", { sources, architecture: "s390x" })).rejects.toMatchObject({
      code: "IMAGE_NOT_FOUND",
      message: expect.stringContaining("for s390x"),
    });
  });

  test("the server's own image under an alias counts only when it is for that one", async () => {
    await using stage = await openImageStage({ flavour, images: [{ aliases: ["jammy"] }], hosts: [images] });
    const { server: asked, specs: sources } = stage;
    expect((await asked.findImageByAlias("jammy", { sources, architecture: "x86_64" })).source).toBeUndefined();
    const found = await asked.findImageByAlias("jammy", { sources, architecture: "arm64" });
    expect(found).toMatchObject({ source: sources[0], architecture: "aarch64" });
  });
});
