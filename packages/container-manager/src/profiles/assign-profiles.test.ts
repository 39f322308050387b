import { withInstance, withProfile } from "@lxdkit/testing";
import { describe, expect, test } from "vitest";
import { model, openManagerStage } from "../manager-stage.test-support.ts";

const profile = { config: { "security.nesting": "true" }, description: "of an application", devices: {} };
const [old, wanted] = ["juju-m-a-0", "juju-m-a-1"];
const posts = [{ name: wanted, profile }, { name: old }];

// The numbers are those of the cases of the manager.
describe.each(["lxd", "incus"] as const)("on %s", (flavour) => {
  const setup = [
    withProfile({ name: old }),
    withInstance({ name: "c", profiles: ["default", old], config: { "user.juju-model": model } }),
  ];

  // The original lists all profiles first, never compares, and reads what it has written.
  test("rows 20 and 21: a profile is written once, and again when it is another", async () => {
    await using stage = await openManagerStage({ flavour });
    const { manager } = stage;
    stage.asked();
    expect(await manager.maybeWriteLxdProfile(wanted, profile)).toEqual({ outcome: "created", differences: [] });
    expect(stage.asked()).toEqual([`GET /1.0/profiles/${wanted}`, "POST /1.0/profiles"]);
    expect(await manager.maybeWriteLxdProfile(wanted, profile)).toMatchObject({ outcome: "unchanged" });
    expect(stage.asked()).toEqual([`GET /1.0/profiles/${wanted}`]);
  });

  test("row 13 of the regressions: another content is written or told", async () => {
    await using stage = await openManagerStage({ flavour, setup: [withProfile({ name: wanted })] });
    const differences = ["config.security.nesting", "description"];
    expect(await stage.manager.maybeWriteLxdProfile(wanted, profile, { onDifference: "report" })).toEqual({
      outcome: "different",
      differences,
    });
    expect((await stage.server.client.profiles.get(wanted)).value.config).toEqual({});
    expect(await stage.manager.maybeWriteLxdProfile(wanted, profile)).toEqual({ outcome: "updated", differences });
    expect((await stage.server.client.profiles.get(wanted)).value).toMatchObject(profile);
  });

  test("row 22: written, assigned, deleted, and read again", async () => {
    await using stage = await openManagerStage({ flavour, setup });
    const { manager } = stage;
    stage.asked();
    expect(await manager.assignLxdProfiles("c", ["default", wanted], posts)).toEqual({
      profiles: ["default", wanted],
      notDeleted: [],
    });
    expect(stage.asked()).toEqual([
      `GET /1.0/profiles/${wanted}`,
      "POST /1.0/profiles",
      "GET /1.0/instances/c",
      "PUT /1.0/instances/c",
      `DELETE /1.0/profiles/${old}`,
      "GET /1.0/instances/c",
    ]);
    expect(await manager.lxdProfileNames("c")).toEqual(["default", wanted]);
  });

  test("row 23: the container cannot be changed: what it has is told, and nothing is deleted", async () => {
    await using stage = await openManagerStage({ flavour, setup });
    stage.fake.failRequest({ method: "PUT", path: "/1.0/instances/c", status: 400, error: "no" });
    const assigned = stage.manager.assignLxdProfiles("c", ["default", wanted], posts);
    await expect(assigned).rejects.toMatchObject({
      name: "ProfilesNotAssignedError",
      code: "PROFILES_NOT_ASSIGNED",
      profiles: ["default", old],
      cause: { serverMessage: "no" },
    });
    expect(stage.asked().filter((line) => line.startsWith("DELETE"))).toEqual([]);
  });

  test("a profile that others use is told, one that is gone is not", async () => {
    const user = withInstance({ name: "d", profiles: [old] });
    await using stage = await openManagerStage({ flavour, setup: [...setup, user] });
    const more = [...posts, { name: "gone" }];
    expect(await stage.manager.assignLxdProfiles("c", ["default", wanted], more)).toEqual({
      profiles: ["default", wanted],
      notDeleted: [{ name: old, error: expect.objectContaining({ name: "ApiError" }) as unknown }],
    });
  });

  test("what cannot be read at the end is an error", async () => {
    await using stage = await openManagerStage({ flavour, setup });
    const reads = { method: "GET", path: "/1.0/instances/c", status: 500, error: "unreadable" };
    stage.fake.failRequest({ ...reads, nth: 2 });
    await expect(stage.manager.assignLxdProfiles("c", ["default", wanted], posts)).rejects.toMatchObject({
      code: "PROFILES_NOT_ASSIGNED",
      profiles: undefined,
      cause: { serverMessage: "unreadable" },
    });
  });
});
