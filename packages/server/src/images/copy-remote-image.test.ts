import { describe, expect, test } from "vitest";
import {
  type ImageStage,
  type ImageStageOptions,
  openImageStage,
  requestsOf,
  startImageServer,
  ubuntu,
} from "./image-stage.test-support.ts";
import type { SourcedImage } from "./sourced-image.ts";

/** The pauses that were asked for. */
function pauses(): { readonly sleep: (ms: number) => Promise<void>; readonly asked: number[] } {
  const asked: number[] = [];
  return {
    asked,
    sleep: async (ms) => {
      asked.push(ms);
    },
  };
}

describe.each(["lxd", "incus"] as const)("on %s", (flavour) => {
  /** A server, and an image of its host. */
  async function open(
    options: Partial<ImageStageOptions> = {},
  ): Promise<ImageStage & { readonly image: SourcedImage }> {
    const stage = await openImageStage({ flavour, hosts: [[ubuntu("jammy", "j")]], ...options });
    return { ...stage, image: await stage.server.findImage("jammy", "amd64", stage.specs) };
  }
  const download = { description: "Downloading image" };
  const isThere = async ({ server, image }: ImageStage & { readonly image: SourcedImage }): Promise<boolean> =>
    (await server.client.images.list()).some(({ fingerprint }) => fingerprint === image.fingerprint);

  test("row 10: a copy that fails says why", async () => {
    await using stage = await open();
    const { server, fake, image } = stage;
    fake.failOperation({ ...download, err: "x" });
    await expect(server.copyRemoteImage(image, ["mine"])).rejects.toMatchObject({
      code: "IMAGE_COPY_FAILED",
      message: "image copy failed: x",
      errors: [{ code: "OPERATION_FAILED" }],
    });
  });

  test("a copy that the server refuses", async () => {
    await using stage = await open();
    stage.fake.failRequest({ method: "POST", path: "/1.0/images", status: 403, error: "not authorized" });
    await expect(stage.server.copyRemoteImage(stage.image, [])).rejects.toMatchObject({
      code: "IMAGE_COPY_FAILED",
      errors: [{ status: 403 }],
    });
  });

  test("row 14: an operation that tells nothing yet", async () => {
    await using stage = await open();
    const held = stage.fake.holdOperation(download);
    const told: string[] = [];
    const copy = stage.server.copyRemoteImage(stage.image, [], { onStatus: ({ message }) => told.push(message) });
    await expect.poll(() => held.hits).toBe(1);
    expect(told).toEqual([]);
    held.release();
    await copy;
    expect(told.length).toBeGreaterThan(0);
  });

  test("row 16: downloads that fail are tried again, later each time", async () => {
    await using stage = await open();
    const { server, fake, image } = stage;
    fake.failOperation({ ...download, err: "Failed remote image download: boom", times: 2 });
    const { sleep, asked } = pauses();
    const told: string[] = [];
    const copied = await server.copyRemoteImage(image, ["mine"], {
      sleep,
      onStatus: ({ message }) => told.push(message),
    });
    expect(copied).toEqual({ fingerprint: image.fingerprint, alias: "mine", type: "container" });
    expect(asked).toEqual([15_000, 30_000]);
    expect(told.filter((message) => !message.startsWith("Retrieving"))).toEqual([
      "Failed remote image download, retrying, attempt 2",
      "Failed remote image download, retrying, attempt 3",
    ]);
  });

  test("row 16: a third failure is the last one; each is kept", async () => {
    await using stage = await open();
    stage.fake.failOperation({ ...download, err: "Failed remote image download: boom", times: 3 });
    const { sleep, asked } = pauses();
    await expect(stage.server.copyRemoteImage(stage.image, ["mine"], { sleep })).rejects.toMatchObject({
      message: "image copy failed: Failed remote image download: boom (after 3 attempts)",
      errors: [{ code: "OPERATION_FAILED" }, { code: "OPERATION_FAILED" }, { code: "OPERATION_FAILED" }],
    });
    expect(asked).toEqual([15_000, 30_000]);
  });

  test.each([
    "Unable to fetch https://x/rootfs.squashfs: 503 Service Unavailable",
    "Hash mismatch for https://x/rootfs.squashfs: a != b",
    'Failed getting remote image info: Failed getting image: Failed parsing stream: Get "https://x/": refused',
  ])("row 16: so the servers themselves tell of it: %s", async (err) => {
    await using stage = await open();
    stage.fake.failOperation({ ...download, err });
    const { sleep, asked } = pauses();
    await stage.server.copyRemoteImage(stage.image, [], { sleep });
    expect(asked).toEqual([15_000]);
  });

  test.each([
    "no space left on device",
    "Unable to fetch https://x/rootfs.squashfs: 404 Not Found",
    "Unable to fetch https://x/rootfs.squashfs: resource not found",
    "Failed getting remote image info: Failed getting image: The requested image couldn't be found",
    "it was: Failed remote image download",
  ])("row 17: other failures are final: %s", async (err) => {
    await using stage = await open();
    stage.fake.failOperation({ ...download, err });
    const { sleep, asked } = pauses();
    await expect(stage.server.copyRemoteImage(stage.image, [], { sleep })).rejects.toMatchObject({
      message: `image copy failed: ${err}`,
    });
    expect(asked).toEqual([]);
  });

  test("a daemon that restarts in the middle is asked again", async () => {
    await using stage = await open();
    const { server, fake, image } = stage;
    const held = fake.holdOperation(download);
    const copy = server.copyRemoteImage(image, ["mine"], {
      sleep: async () => {
        held.release();
      },
    });
    await expect.poll(() => held.hits).toBe(1);
    await fake.restart();
    await copy;
    expect((await server.client.images.aliases.get("mine")).value.target).toBe(image.fingerprint);
  });

  test("regression 4: an alias that somebody else makes meanwhile", async () => {
    await using stage = await open();
    const { server, fake, image } = stage;
    const held = fake.holdOperation({ ...download, times: 2 });
    const copies = ["mine", "mine"].map((name) => server.copyRemoteImage(image, [name]));
    await expect.poll(() => held.hits).toBe(2);
    held.release();
    expect(new Set((await Promise.all(copies)).map(({ fingerprint }) => fingerprint))).toEqual(
      new Set([image.fingerprint]),
    );
    expect((await server.client.images.aliases.get("mine")).value.target).toBe(image.fingerprint);
  });

  test("aliases that stand for another image are pointed at the new one; others stay", async () => {
    await using stage = await open({ images: [{ aliases: ["mine", "theirs", "jammy/amd64"] }] });
    const { server, image } = stage;
    const { value: old } = await server.client.images.aliases.get("theirs");
    const copied = await server.copyRemoteImage(image, ["mine", "another"]);
    expect(copied).toMatchObject({ alias: "mine", fingerprint: image.fingerprint });
    const targets = (await server.client.images.aliases.list()).map(({ name, target }) => [name, target]);
    expect(new Map(targets as [string, string][])).toEqual(
      new Map([
        ["another", image.fingerprint],
        ["jammy/amd64", old.target],
        ["mine", image.fingerprint],
        ["theirs", old.target],
      ]),
    );
  });

  test("regression 12: an abort cancels the download on the server, and waits for its end", async () => {
    await using stage = await open({ downloadMs: 60_000 });
    const { server, fake, image } = stage;
    const reason = new Error("enough");
    const ends = new AbortController();
    const copy = server.copyRemoteImage(image, ["mine"], {
      signal: ends.signal,
      onStatus: () => {
        ends.abort(reason);
      },
    });
    await expect(copy).rejects.toBe(reason);
    expect(requestsOf(fake, /^DELETE \/1\.0\/operations/)).toHaveLength(1);
    const running = (await server.client.operations.list()).filter(({ status }) => status === "Running");
    expect(running).toEqual([]);
    expect(await isThere(stage)).toBe(false);
  });

  test("regression 12: one that cannot be cancelled yet is as soon as it can", async () => {
    await using stage = await open({ downloadMs: 60_000 });
    const { server, fake, image } = stage;
    const held = fake.holdOperation(download);
    const reason = new Error("enough");
    const ends = new AbortController();
    const copy = server.copyRemoteImage(image, ["mine"], { signal: ends.signal });
    await expect.poll(() => held.hits).toBe(1);
    ends.abort(reason);
    await expect.poll(() => requestsOf(fake, /^DELETE \/1\.0\/operations/)).toHaveLength(1);
    held.release();
    await expect(copy).rejects.toBe(reason);
    expect(await isThere(stage)).toBe(false);
  });

  test("an abort between two attempts", async () => {
    await using stage = await open();
    stage.fake.failOperation({ ...download, err: "Failed remote image download: boom" });
    const reason = new Error("enough");
    const ends = new AbortController();
    const copy = stage.server.copyRemoteImage(stage.image, [], {
      signal: ends.signal,
      onStatus: ({ message }) => {
        if (message.includes("retrying")) ends.abort(reason);
      },
    });
    await expect(copy).rejects.toBe(reason);
  });

  test("a download that tells nothing for too long is cancelled", async () => {
    await using stage = await open({ downloadMs: 60_000 });
    const { server, image } = stage;
    await expect(server.copyRemoteImage(image, [], { timeoutMs: 50 })).rejects.toMatchObject({
      code: "IMAGE_COPY_FAILED",
      errors: [{ code: "IMAGE_COPY_TIMEOUT" }],
    });
    expect(await isThere(stage)).toBe(false);
  });

  test("by fingerprint when that was asked for, and not kept fresh when that is not wished", async () => {
    await using stage = await open();
    const { server, fake, image } = stage;
    const alias = image.fingerprint.slice(0, 12);
    await server.copyRemoteImage({ ...image, alias }, [], { autoUpdate: false });
    const post = fake.requests.find(({ method, path }) => method === "POST" && path === "/1.0/images");
    expect(post?.body).toMatchObject({ auto_update: false, source: { fingerprint: image.fingerprint } });
    expect(post?.body).not.toHaveProperty("source.alias");
  });

  test("an image that the server has itself", async () => {
    await using stage = await open({ images: [{ aliases: ["tiny"] }] });
    const own = await stage.server.findImageByAlias("tiny");
    await expect(stage.server.copyRemoteImage(own, ["mine"])).rejects.toMatchObject({ code: "IMAGE_ALREADY_LOCAL" });
  });

  test("from another server: by its alias and certificate", async () => {
    await using stage = await openImageStage({ flavour });
    await using other = await startImageServer(flavour, [{ aliases: ["jammy/amd64"], public: true }]);
    const found = await stage.server.findImage("jammy", "amd64", [other.spec], { copyLocal: true });
    const { value } = await stage.server.client.images.get(found.fingerprint);
    expect(value).toMatchObject({
      auto_update: true,
      aliases: [{ name: "juju/jammy/amd64" }],
      update_source: { alias: "jammy/amd64", protocol: flavour, server: other.fake.httpsUrl },
    });
  });
});
