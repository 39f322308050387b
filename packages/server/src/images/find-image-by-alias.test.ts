import { type FakeServer, startFakeServer, startSimplestreamsHost } from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openServer, type Server } from "../server.ts";

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
