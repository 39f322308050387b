import { createManualClock, withInstance } from "@lxdkit/testing";
import { describe, expect, test } from "vitest";
import { model, openManagerStage, twinModel } from "../manager-stage.test-support.ts";

const config = { "user.juju-model": model };

describe.each(["lxd", "incus"] as const)("on %s", (flavour) => {
  const setup = [
    withInstance({ name: "juju-c3d479-0", config, status: "Running" }),
    withInstance({ name: "juju-c3d479-1", config }),
    withInstance({ name: "juju-c3d479-2", config: { "user.juju-model": twinModel } }),
    withInstance({ name: "stray", config, status: "Running" }),
  ];

  test("what is half made or called like no machine is listed, then removed", async () => {
    await using stage = await openManagerStage({ flavour, setup });
    const { manager, server } = stage;
    const found = await manager.findLeftovers({ minAgeMs: 0 });
    expect(found).toEqual([
      { name: "juju-c3d479-1", machineId: "1", status: "Stopped", reason: "was never started" },
      { name: "stray", machineId: undefined, status: "Running", reason: "is called like no machine" },
    ]);
    expect(await server.client.instances.list()).toHaveLength(4);
    expect(await manager.prune(found, { minAgeMs: 0 })).toEqual(["juju-c3d479-1", "stray"]);
    expect((await server.client.instances.list()).map(({ name }) => name)).toEqual(["juju-c3d479-0", "juju-c3d479-2"]);
    expect(await manager.findLeftovers({ minAgeMs: 0 })).toEqual([]);
  });

  test("what may be in the making is left alone", async () => {
    const clock = createManualClock();
    await using stage = await openManagerStage({ flavour, setup: setup.slice(0, 3), clock });
    expect(await stage.manager.findLeftovers({ minAgeMs: 1e15 })).toEqual([]);
  });

  test("with the machines that are wanted, all others are left over", async () => {
    await using stage = await openManagerStage({ flavour, setup });
    const found = await stage.manager.findLeftovers({ wanted: ["1"] });
    expect(found.map(({ name, reason }) => [name, reason])).toEqual([
      ["juju-c3d479-0", "is no machine that is wanted"],
      ["stray", "is called like no machine"],
    ]);
  });

  test("what was listed and serves again is not removed", async () => {
    await using stage = await openManagerStage({ flavour, setup });
    const found = await stage.manager.findLeftovers({ minAgeMs: 0 });
    await stage.server.startContainer("juju-c3d479-1");
    expect(await stage.manager.prune(found, { minAgeMs: 0 })).toEqual(["stray"]);
  });
});
