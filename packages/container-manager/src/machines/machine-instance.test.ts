import { withInstance } from "@lxdkit/testing";
import { describe, expect, test } from "vitest";
import { model, openManagerStage } from "../manager-stage.test-support.ts";
import { machineStatus } from "./machine-instance.ts";

const config = { "user.juju-model": model };

test.each([
  ["Starting", "allocating"],
  ["Started", "allocating"],
  ["Running", "running"],
  ["Stopped", ""],
  ["Frozen", ""],
  ["Error", ""],
  ["toString", ""],
])("the status %s means %j", (name, status) => {
  expect(machineStatus(name)).toEqual({ status, message: name });
});

describe.each(["lxd", "incus"] as const)("on %s", (flavour) => {
  test("a machine tells its status and its addresses", async () => {
    const setup = [
      withInstance({ name: "juju-c3d479-0", config, status: "Running" }),
      withInstance({ name: "juju-c3d479-1", config }),
    ];
    await using stage = await openManagerStage({ flavour, setup });
    const [runs, rests] = await stage.manager.listContainers();
    await runs?.refresh();
    expect(await runs?.status()).toEqual({ status: "running", message: "Running" });
    expect(await runs?.addresses()).toMatchObject([{ family: "ipv4" }, { family: "ipv6" }]);
    expect(await rests?.status()).toEqual({ status: "", message: "Stopped" });
    expect(String(rests)).toBe("lxd:juju-c3d479-1");
    await stage.manager.destroyContainer("juju-c3d479-1");
    expect(await rests?.status()).toEqual({
      status: "",
      message: expect.stringMatching(/^could not get status: /) as string,
    });
    for (const task of [runs?.openPorts(), runs?.closePorts(), runs?.ingressRules()]) {
      await expect(task).rejects.toMatchObject({ code: "NOT_IMPLEMENTED" });
    }
  });
});
