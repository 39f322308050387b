import { describeOnServers } from "@lxdkit/testbed/vitest";
import { connectUnix } from "@lxdkit/transport";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openServer, type Server } from "../server.ts";

const [one, other, third] = ["profiles-one", "profiles-other", "profiles-third"] as const;
const container = "profiles-c";

describeOnServers("profiles", (real) => {
  let server: Server;

  beforeEach(async () => {
    server = await openServer(connectUnix({ socketPath: real.socketPath }));
  });

  afterEach(async () => {
    await server.removeContainer(container, { force: true });
    for (const name of [one, other, third]) {
      if (await server.hasProfile(name)) await server.client.profiles.delete(name);
    }
    await server.close();
  });

  test("are made, found, compared, changed and reported", async () => {
    expect(await server.hasProfile(one)).toBe(false);
    await server.createProfileWithConfig(one, { "boot.autostart": "false" });
    expect(await server.hasProfile(one)).toBe(true);
    await expect(server.createProfileWithConfig(one, {})).rejects.toMatchObject({ name: "ApiError" });
    const wanted = {
      name: one,
      config: { "boot.autostart": "true", "user.x": "" },
      devices: { extra: { type: "none" } },
    };
    const differences = ["config.boot.autostart", "devices.extra"];
    const report = await server.ensureProfile(wanted, { onDifference: "report" });
    expect(report).toEqual({ outcome: "different", differences });
    expect(await server.ensureProfile(wanted)).toEqual({ outcome: "updated", differences });
    expect(await server.ensureProfile(wanted)).toEqual({ outcome: "unchanged", differences: [] });
    expect((await server.client.profiles.get(one)).value).toMatchObject({
      config: { "boot.autostart": "true" },
      devices: { extra: { type: "none" } },
    });
    const broken = server.ensureProfile({ name: other, config: { "limits.cpu": "many" } });
    await expect(broken).rejects.toMatchObject({ name: "ApiError" });
    expect(await server.hasProfile(other)).toBe(false);
  });

  test("that several make at once are made once, and several changes all come through", async () => {
    const wanted = { name: one, config: { "user.a": "1" } };
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => server.ensureProfile(wanted)));
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(["created", "unchanged", "unchanged", "unchanged"]);
    const changed = { name: one, config: { "user.a": "2" } };
    await Promise.all([1, 2, 3].map(() => server.ensureProfile(changed)));
    expect((await server.client.profiles.get(one)).value.config).toEqual({ "user.a": "2" });
  });

  // The servers themselves would lose one of them.
  test("a NIC and a root disk that are added at once both stay", async () => {
    for (let round = 0; round < 4; round += 1) {
      await server.ensureProfile({ name: one, devices: {} });
      await Promise.all([server.ensureDefaultStorage(one), server.verifyNetworkDevice(one)]);
      const { devices } = (await server.client.profiles.get(one)).value;
      expect(Object.keys(devices)).toEqual(["eth0", "root"]);
    }
  });

  test("of a running container are replaced, added, removed and set", async () => {
    for (const name of [one, other, third]) await server.createProfileWithConfig(name, { "user.a": name });
    const image = await server.findImageByAlias("tiny");
    await server.createContainer({ name: container, image, profiles: ["default", one] });
    const expanded = async (): Promise<string | undefined> =>
      (await server.client.instances.get(container)).value.expanded_config["user.a"];

    expect(await server.replaceOrAddContainerProfile(container, "", other)).toBe(true);
    expect(await server.getContainerProfiles(container)).toEqual(["default", one, other]);
    expect(await expanded()).toBe(other);
    expect(await server.replaceOrAddContainerProfile(container, one, third)).toBe(true);
    expect(await server.getContainerProfiles(container)).toEqual(["default", third, other]);
    expect(await server.replaceOrAddContainerProfile(container, other, "")).toBe(true);
    expect(await expanded()).toBe(third);
    expect(await server.replaceOrAddContainerProfile(container, other, one)).toBe(false);
    expect(await server.updateContainerProfiles(container, ["default", other, one])).toBe(true);
    expect(await server.updateContainerProfiles(container, ["default", other, one])).toBe(false);
    expect(await expanded()).toBe(one);
    const unknown = server.updateContainerProfiles(container, ["default", "profiles-unknown"]);
    await expect(unknown).rejects.toMatchObject({ name: "ApiError" });
    const twice = server.updateContainerProfiles(container, ["default", one, one]);
    await expect(twice).rejects.toMatchObject({ name: "OperationError" });
    expect((await server.client.instances.get(container)).value.status).toBe("Running");
  });
});
