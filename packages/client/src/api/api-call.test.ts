import { type FakeServer, startFakeServer } from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Client, createClient } from "../client.ts";

let fake: FakeServer;
let client: Client;

beforeEach(async () => {
  fake = await startFakeServer({ images: [{ aliases: ["tiny"] }] });
  client = createClient(connectUnix({ socketPath: fake.socketPath }));
});

afterEach(async () => {
  client.events.close();
  await client.connection.close();
  await fake.close();
});

test("reads JSON, with the query of the path and the client's project", async () => {
  const answer = await client.in({ project: "default" }).api("GET", "/1.0/instances?recursion=1&filter=name+eq+c1");
  expect(answer).toMatchObject({ kind: "json", status: 200, envelope: { type: "sync", metadata: [] } });
  expect(fake.requests.at(-1)?.query).toEqual({ recursion: "1", filter: "name eq c1", project: "default" });
});

test("starts operations and waits for them", async () => {
  const body = { name: "c1", source: { type: "image", alias: "tiny" } };
  const answer = await client.api("POST", "/1.0/instances", { body });
  expect(answer).toMatchObject({ kind: "json", status: 202 });
  const end = answer.kind === "json" ? await answer.handle?.wait() : undefined;
  expect(end).toMatchObject({ status: "Success", description: "Creating instance" });
});

test("a refusal is the server's", async () => {
  await expect(client.api("GET", "/1.0/instances/none")).rejects.toMatchObject({ code: "NOT_FOUND", status: 404 });
});

test.each([
  ["/1.0/network-address-sets", "network_address_set"],
  ["/1.0/storage-pools/default/buckets?recursion=1", "storage_buckets"],
  ["/1.0/placement-groups/a", "instance_placement_groups"],
])("%s: the extension %s is named, and nothing is sent", async (path, extension) => {
  await expect(client.api("GET", path)).rejects.toMatchObject({ code: "EXTENSION_MISSING", extension });
  expect(fake.requests.map((request) => request.path)).toEqual(["/1.0"]);
});

test("an extension that the caller names is required", async () => {
  const missing = client.api("GET", "/1.0/instances", { requires: "made_up" });
  await expect(missing).rejects.toMatchObject({ code: "EXTENSION_MISSING", extension: "made_up" });
  expect(await client.api("GET", "/1.0/instances", { requires: "instances" })).toMatchObject({ status: 200 });
});

test.each([
  "",
  "1.0",
  "//evil/1.0",
  "/1.0/../x",
  "/1.0/%2E%2e/x",
  "/1.0/a b",
  "/1.0#x",
  "/1.0/\n",
  "http://h/1.0",
  "/é",
])("%j is no path", async (path) => {
  await expect(client.api("GET", path)).rejects.toMatchObject({ code: "BAD_PATH" });
  expect(fake.requests).toEqual([]);
});
