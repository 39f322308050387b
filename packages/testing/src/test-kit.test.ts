import { createHash } from "node:crypto";
import type { Operation } from "@lxdkit/protocol";
import { expect, test } from "vitest";
import { assertIfMatch, assertRequests } from "./assertions/request-assertions.ts";
import { fromImage, post } from "./contract/own-instance.ts";
import { get, operationEnd, send } from "./contract/raw-http.ts";
import { createManualClock, pause } from "./core/clock.ts";
import { createRandom } from "./core/random.ts";
import { startFakeServer } from "./fake-server.ts";
import { withImage } from "./setup/with-objects.ts";
import { targetOf } from "./fake-target.ts";

// What a test kit for LXD has to do, row by row, on the wire.

test("a new fake that is asked once has one request in its log, and its ETag is a hash of what may change", async () => {
  await using fake = await startFakeServer();
  const { headers, metadata } = await get(targetOf(fake), "/1.0");
  assertRequests(fake.requests, ["GET /1.0"]);
  const text = `${JSON.stringify((metadata as { readonly config: object }).config)}\n`;
  expect(headers.etag).toBe(`"${createHash("sha256").update(text).digest("hex")}"`);
  expect(fake.requests[0]?.etag).toBe(headers.etag?.replaceAll('"', ""));
});

test("a fake has the extensions that it was given, and no others", async () => {
  await using fake = await startFakeServer({ extensions: ["network"] });
  expect((await get(targetOf(fake), "/1.0")).metadata).toMatchObject({ api_extensions: ["network"] });
});

test("PUT /1.0 with a wrong If-Match is 412, with the right one and with none it is accepted", async () => {
  await using fake = await startFakeServer();
  const target = targetOf(fake);
  const write = async (headers: Readonly<Record<string, string>>): Promise<number> =>
    (await send(target, "PUT", "/1.0", { body: { config: { "user.a": "b" } }, headers })).status;
  expect(await write({ "If-Match": '"wrong"' })).toBe(412);
  expect(await write({})).toBe(200);
  const { headers } = await get(target, "/1.0");
  expect(await write({ "If-Match": headers.etag ?? "" })).toBe(200);
  assertIfMatch(fake.requests);
});

test("an operation that ended five seconds ago cannot be waited for", async () => {
  const clock = createManualClock();
  await using fake = await startFakeServer({ clock, createMs: 0 });
  const target = targetOf(fake);
  const { id } = (await post(target, { name: "c1", source: { type: "none" } })).metadata as Operation;
  await clock.advance(5000);
  expect((await get(target, `/1.0/operations/${id}/wait`)).status).toBe(404);
});

test("a removal that failed once waits for its next attempt on the fake's clock", async () => {
  const clock = createManualClock();
  await using fake = await startFakeServer({ clock });
  const target = targetOf(fake);
  await send(target, "POST", "/1.0/profiles", { body: { name: "p1" } });
  fake.failRequest({ method: "DELETE", status: 500, error: "database is locked" });
  const removal = (async () => {
    while ((await send(target, "DELETE", "/1.0/profiles/p1")).status !== 200) await pause(clock, 2000);
  })();
  await expect.poll(() => clock.due).toEqual([2000]);
  await clock.advance(2000);
  await removal;
  expect(clock.pending).toBe(0);
  assertRequests(fake.requests, [
    "POST /1.0/profiles 201",
    "DELETE /1.0/profiles/p1 500",
    "DELETE /1.0/profiles/p1 200",
  ]);
});

test("the alias of a virtual machine says so, and it is the client that has to compare", async () => {
  await using fake = await startFakeServer({ setup: [withImage({ aliases: ["vm"], type: "virtual-machine" })] });
  // Measured on LXD 5.0.2 and Incus 6.0.4: neither heeds the type in the query.
  const { status, metadata } = await get(targetOf(fake), "/1.0/images/aliases/vm?type=container");
  expect([status, metadata]).toMatchObject([200, { type: "virtual-machine" }]);
});

test("an alias with slashes is found under its escaped name", async () => {
  const name = "juju/focal/amd64";
  await using fake = await startFakeServer({ setup: [withImage({ aliases: [name] })] });
  const { metadata } = await get(targetOf(fake), `/1.0/images/aliases/${encodeURIComponent(name)}`);
  expect(metadata).toMatchObject({ name });
});

test("the same seed and clock give the same ids, MAC addresses, addresses and names, whatever is done", async () => {
  const run = async (): Promise<unknown> => {
    const clock = createManualClock();
    const setup = [withImage({ aliases: ["tiny"] })];
    await using fake = await startFakeServer({ random: createRandom(11), clock, setup, createMs: 0, bootMs: 0 });
    const target = targetOf(fake);
    const created = (await post(target, { source: fromImage(target, "").source, type: "container" })).metadata;
    await clock.advance(10);
    const [url = ""] = (await get(target, "/1.0/instances")).metadata as string[];
    await send(target, "PUT", `${url}/state`, { body: { action: "start" } });
    await clock.advance(100);
    await send(target, "POST", "/1.0/networks", { body: { name: "br1" } });
    const read = async (path: string): Promise<unknown> => (await get(target, path)).metadata;
    return [
      (created as Operation).id,
      url,
      await read(url),
      await read(`${url}/state`),
      await read("/1.0/networks/br1"),
    ];
  };
  expect(await run()).toEqual(await run());
});

test("a fake plays a machine of another architecture", async () => {
  const setup = [withImage({ aliases: ["tiny"] }), withImage({ aliases: ["other"], architecture: "x86_64" })];
  await using fake = await startFakeServer({ architecture: "aarch64", setup });
  const target = targetOf(fake);
  expect((await get(target, "/1.0")).metadata).toMatchObject({
    environment: { architectures: ["aarch64", "armv6l", "armv7l", "armv8l"], kernel_architecture: "aarch64" },
  });
  expect((await get(target, "/1.0/resources")).metadata).toMatchObject({ cpu: { architecture: "aarch64" } });
  await operationEnd(target, await post(target, fromImage(target, "c1")));
  expect((await get(target, "/1.0/instances/c1")).metadata).toMatchObject({ architecture: "aarch64" });
  const other = await post(target, { name: "c2", source: { type: "image", alias: "other" } });
  expect((await operationEnd(target, other)).err).toContain("Requested architecture isn't supported by this host");
});
