import { expect, test } from "vitest";
import { get, send } from "../contract/raw-http.ts";
import { startFakeServer } from "../fake-server.ts";
import { assertIfMatch, assertRequests } from "./request-assertions.ts";
import { targetOf } from "../fake-target.ts";

const profile = "/1.0/profiles/default";

test("the requests must be the same ones in the same order, as closely as they are given", async () => {
  await using fake = await startFakeServer();
  fake.dropConnection({ nth: 3 });
  await get(targetOf(fake), "/1.0");
  await get(targetOf(fake), "/1.0/instances?recursion=1&filter=");
  await expect(get(targetOf(fake), "/1.0/profiles/none")).rejects.toMatchObject({ code: "ECONNRESET" });
  assertRequests(fake.requests, ["GET /1.0", "GET /1.0/instances", "GET /1.0/profiles/none"]);
  assertRequests(fake.requests, [
    "GET /1.0 200",
    "GET /1.0/instances?recursion=1&filter= 200",
    "GET /1.0/profiles/none none",
  ]);
  for (const wrong of [
    ["GET /1.0", "GET /1.0/instances"],
    ["GET /1.0", "GET /1.0/profiles/none", "GET /1.0/instances"],
    ["GET /1.0", "GET /1.0/instances?recursion=2", "GET /1.0/profiles/none"],
    ["GET /1.0 404", "GET /1.0/instances", "GET /1.0/profiles/none"],
    ["GET /1.0", "GET /1.0/instances", "GET /1.0/profiles/none", "GET /1.0"],
  ]) {
    expect(() => assertRequests(fake.requests, wrong)).toThrow("strictly deep-equal");
  }
});

test("a write must send the ETag of what was read before it", async () => {
  await using fake = await startFakeServer();
  const target = targetOf(fake);
  const write = async (ifMatch: string | undefined): Promise<number> => {
    const headers = ifMatch === undefined ? {} : { "If-Match": ifMatch };
    return (await send(target, "PUT", profile, { body: { description: "new" }, headers })).status;
  };
  // What was never read cannot be checked.
  expect(await write(undefined)).toBe(200);
  const { headers } = await get(target, profile);
  expect(await write(headers.etag)).toBe(200);
  assertIfMatch(fake.requests);
  await get(target, profile);
  expect(await write('"stale"')).toBe(412);
  expect(() => assertIfMatch(fake.requests)).toThrow(`PUT ${profile} sent another ETag than it read`);
  expect(() => assertIfMatch(fake.requests.slice(0, -1))).not.toThrow();
  await using other = await startFakeServer();
  await get(targetOf(other), profile);
  await send(targetOf(other), "PATCH", profile, { body: {} });
  expect(() => assertIfMatch(other.requests)).toThrow(`PATCH ${profile} sent no If-Match`);
});
