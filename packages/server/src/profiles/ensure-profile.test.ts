import { type FakeServer, startFakeServer, withProfile } from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openServer, type Server } from "../server.ts";

const nic = { type: "nic", nictype: "bridged", parent: "lxdbr0" };
const wanted = {
  name: "p",
  description: "of a test",
  config: { "user.a": "1", "user.none": "" },
  devices: { eth0: nic },
};

// Row 13 of the regressions.
describe.each(["lxd", "incus"] as const)("on %s", (flavour) => {
  let fake: FakeServer;
  let server: Server;

  beforeEach(async () => {
    fake = await startFakeServer({ flavour, setup: [withProfile({ name: "other" })] });
    server = await openServer(connectUnix({ socketPath: fake.socketPath }));
  });

  afterEach(async () => {
    await server.close();
    await fake.close();
  });

  const methods = (): string[] => fake.requests.slice(1).map(({ method }) => method);

  test("a missing one is made; one like it is left alone", async () => {
    expect(await server.ensureProfile(wanted)).toEqual({ outcome: "created", differences: [] });
    expect(await server.ensureProfile(wanted)).toEqual({ outcome: "unchanged", differences: [] });
    expect(methods()).toEqual(["GET", "POST", "GET"]);
  });

  test("one with other content is changed under its ETag, or reported", async () => {
    await server.ensureProfile({
      name: "p",
      description: "old",
      config: { "user.a": "2", "user.b": "1" },
      devices: { eth0: { ...nic, mtu: "1400" }, eth1: nic },
    });
    const differences = ["config.user.a", "config.user.b", "description", "devices.eth0.mtu", "devices.eth1"];
    expect(await server.ensureProfile(wanted, { onDifference: "report" })).toEqual({
      outcome: "different",
      differences,
    });
    expect(methods()).not.toContain("PUT");
    expect(await server.ensureProfile(wanted)).toEqual({ outcome: "updated", differences });
    expect(fake.requests.at(-1)).toMatchObject({ method: "PUT", headers: { "if-match": expect.any(String) } });
    expect((await server.client.profiles.get("p")).value).toMatchObject({
      description: "of a test",
      config: { "user.a": "1" },
      devices: { eth0: nic },
    });
    expect(await server.ensureProfile(wanted)).toMatchObject({ outcome: "unchanged" });
  });

  test("a part that is left out is neither compared nor changed", async () => {
    await server.ensureProfile(wanted);
    expect(await server.ensureProfile({ name: "p", config: { "user.c": "3" } })).toEqual({
      outcome: "updated",
      differences: ["config.user.a", "config.user.c"],
    });
    expect((await server.client.profiles.get("p")).value).toMatchObject({
      description: "of a test",
      config: { "user.c": "3" },
      devices: { eth0: nic },
    });
    expect(await server.ensureProfile({ name: "p" })).toMatchObject({ outcome: "unchanged" });
  });

  test("who makes it at the same time does no harm", async () => {
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => server.ensureProfile(wanted)));
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(["created", ...Array<string>(3).fill("unchanged")]);
  });

  test("who changes it to the same content in between does no harm", async () => {
    await server.ensureProfile({ name: "p", config: { "user.a": "2" } });
    const outcomes = await Promise.all([server.ensureProfile(wanted), server.ensureProfile(wanted)]);
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(["unchanged", "updated"]);
  });

  test("content that the server refuses is told in its words, also when the profile is new", async () => {
    const broken = { name: "p", config: { "limits.cpu": "many" } };
    await expect(server.ensureProfile(broken)).rejects.toMatchObject({ name: "ApiError" });
    expect(await server.hasProfile("p")).toBe(false);
    await expect(server.ensureProfile({ ...broken, name: "other" })).rejects.toMatchObject({ name: "ApiError" });
  });
});
