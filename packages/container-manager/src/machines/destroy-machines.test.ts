import { withInstance } from "@lxdkit/testing";
import { describe, expect, test } from "vitest";
import { model, openManagerStage, twinModel } from "../manager-stage.test-support.ts";

const own = { "user.juju-model": model };
const setup = [
  withInstance({ name: "juju-c3d479-0", config: own, status: "Running" }),
  withInstance({ name: "juju-c3d479-1", config: own }),
  withInstance({ name: "juju-c3d479-2", config: { "user.juju-model": twinModel } }),
  withInstance({ name: "juju-c3d479-3" }),
  withInstance({ name: "juju-c3d479-x-y", config: own }),
  withInstance({ name: "other-1", config: own }),
];

// The numbers are those of the cases of the manager.
describe.each(["lxd", "incus"] as const)("on %s", (flavour) => {
  test("row 17: what runs is stopped, then removed; what is gone is no error", async () => {
    await using stage = await openManagerStage({ flavour, setup });
    stage.asked();
    expect(await stage.manager.destroyContainer("juju-c3d479-0")).toBe(true);
    const path = "/1.0/instances/juju-c3d479-0";
    expect(stage.asked().filter((line) => !line.startsWith("GET"))).toEqual([`PUT ${path}/state`, `DELETE ${path}`]);
    expect(await stage.manager.destroyContainer("juju-c3d479-0")).toBe(false);
    expect(await stage.manager.destroyContainer("juju-c3d479-1", { stopTimeoutMs: 1_000 })).toBe(true);
  });

  test.each(["juju-c3d479-2", "juju-c3d479-3", "other-1", "juju-aaaaaa-0", ""])(
    "what is not the model's is refused: %j",
    async (name) => {
      await using stage = await openManagerStage({ flavour, setup });
      stage.asked();
      const foreign = { code: "CONTAINER_FOREIGN", hint: expect.stringContaining("not touched") as string };
      await expect(stage.manager.destroyContainer(name)).rejects.toMatchObject(foreign);
      await expect(stage.manager.destroyContainers(["juju-c3d479-0", name])).rejects.toMatchObject(foreign);
      expect(stage.asked().filter((line) => !line.startsWith("GET"))).toEqual([]);
    },
  );

  test("several at a time", async () => {
    await using stage = await openManagerStage({ flavour, setup });
    const names = ["juju-c3d479-0", "juju-c3d479-1", "juju-c3d479-9"];
    expect(await stage.manager.destroyContainers(names)).toEqual(names.slice(0, 2));
  });

  test("row 18, and row 14 of the regressions: the model's machines alone are listed", async () => {
    await using stage = await openManagerStage({ flavour, setup });
    const listed = await stage.manager.listContainers();
    expect(listed.map(({ id, machineId, container }) => [id, machineId, container.status])).toEqual([
      ["juju-c3d479-0", "0", "Running"],
      ["juju-c3d479-1", "1", "Stopped"],
    ]);
    await using twin = await openManagerStage({ flavour, setup, config: { "model-uuid": twinModel } });
    expect((await twin.manager.listContainers()).map(({ id }) => id)).toEqual(["juju-c3d479-2"]);
    const renamed = { ownerKey: "user.owner", namePrefix: "lab-" };
    const lab = withInstance({ name: "lab-c3d479-7", config: { "user.owner": model } });
    await using other = await openManagerStage({ flavour, setup: [lab], manager: renamed });
    expect((await other.manager.listContainers()).map(({ machineId }) => machineId)).toEqual(["7"]);
  });
});
