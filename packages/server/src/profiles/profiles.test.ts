import { type FakeServer, startFakeServer, withInstance, withProfile } from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openServer, type Server } from "../server.ts";

// The numbers are those of the cases of the server object.
describe.each(["lxd", "incus"] as const)("on %s", (flavour) => {
  let fake: FakeServer;
  let server: Server;
  let seen: number;

  beforeEach(async () => {
    const profiles = ["old", "z", "new", "custom"].map((name) => withProfile({ name }));
    const instance = withInstance({ name: "c", profiles: ["default", "old", "z"] });
    fake = await startFakeServer({ flavour, setup: [...profiles, instance] });
    server = await openServer(connectUnix({ socketPath: fake.socketPath }));
    seen = fake.requests.length;
  });

  afterEach(async () => {
    await server.close();
    await fake.close();
  });

  /** Without the waits for operations, which may end by events. */
  function asked(): string[] {
    return fake.requests
      .slice(seen)
      .filter(({ path }) => /^\/1\.0\/(instances|profiles)/.test(path))
      .map(({ method, path }) => `${method} ${path}`);
  }

  test("row 16: the profiles of a container; without it, an error", async () => {
    expect(await server.getContainerProfiles("c")).toEqual(["default", "old", "z"]);
    await expect(server.getContainerProfiles("gone")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("row 17: whether there is a profile is asked by its name alone", async () => {
    expect(await server.hasProfile("custom")).toBe(true);
    expect(await server.hasProfile("unknown")).toBe(false);
    expect(asked()).toEqual(["GET /1.0/profiles/custom", "GET /1.0/profiles/unknown"]);
    fake.failRequest({ path: "/1.0/profiles/custom", status: 500, error: "bad" });
    await expect(server.hasProfile("custom")).rejects.toMatchObject({ serverMessage: "bad" });
  });

  test.each([
    ["row 18: one takes another's place", "old", "new", ["default", "new", "z"]],
    ["row 19: one is removed", "old", "", ["default", "z"]],
    ["row 20: one is added at the end", "", "new", ["default", "old", "z", "new"]],
    ["one that is there already takes the other's place", "old", "z", ["default", "z"]],
    // The original still sends a request, here and below.
    ["row 21: one is not there", "absent", "new", undefined],
    ["one that is there is not added again", "", "z", undefined],
    ["a name that is empty is not added", "", "", undefined],
    ["one takes its own place", "old", "old", undefined],
  ])("%s", async (_, oldProfile, newProfile, wanted) => {
    const isWritten = await server.replaceOrAddContainerProfile("c", oldProfile, newProfile);
    expect(isWritten).toBe(wanted !== undefined);
    const [get, put] = ["GET /1.0/instances/c", "PUT /1.0/instances/c"];
    expect(asked()).toEqual(isWritten ? [get, put] : [get]);
    expect(await server.getContainerProfiles("c")).toEqual(wanted ?? ["default", "old", "z"]);
  });

  test("row 22: the whole list is replaced under the ETag", async () => {
    expect(await server.updateContainerProfiles("c", ["default", "custom"])).toBe(true);
    const put = fake.requests.find(({ method }) => method === "PUT");
    expect(put?.headers["if-match"]).toMatch(/^"[0-9a-f]{64}"$/);
    expect(put?.body).toMatchObject({ profiles: ["default", "custom"], architecture: "x86_64" });
    expect(await server.getContainerProfiles("c")).toEqual(["default", "custom"]);
    expect(await server.updateContainerProfiles("c", ["default", "custom"])).toBe(false);
    await expect(server.updateContainerProfiles("c", ["nope"])).rejects.toMatchObject({ name: "ApiError" });
  });

  test("row 5 of the regressions: overtaken once, it reads again and keeps the rest", async () => {
    fake.failRequest({ method: "PUT", path: "/1.0/instances/c", status: 412, error: "Precondition failed" });
    expect(await server.replaceOrAddContainerProfile("c", "old", "new")).toBe(true);
    expect(asked()).toHaveLength(4);
    expect(await server.getContainerProfiles("c")).toEqual(["default", "new", "z"]);
  });

  test("row 23: a profile is made of its name and config", async () => {
    await server.createProfileWithConfig("p", { "boot.autostart": "false" });
    expect(fake.requests.at(-1)).toMatchObject({
      method: "POST",
      path: "/1.0/profiles",
      body: { name: "p", config: { "boot.autostart": "false" } },
    });
    await expect(server.createProfileWithConfig("p", {})).rejects.toMatchObject({ name: "ApiError" });
  });
});
