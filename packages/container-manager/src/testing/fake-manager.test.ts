import { describe, expect, test } from "vitest";
import type { LxdContainerManager } from "../container-manager.ts";
import type { MachineRequest } from "../machines/machine-request.ts";
import { listen, model, openManagerStage } from "../manager-stage.test-support.ts";
import { createFakeManager } from "./fake-manager.ts";

const request: MachineRequest = { machineId: "1/lxd/0", series: "jammy" };
const id = "juju-c3d479-1-lxd-0";
const profile = { config: { "user.a": "1" }, description: "", devices: {} };

/** The manager in memory, and the real one on a fake server: both answer alike. */
const managers: readonly [string, () => Promise<{ readonly manager: LxdContainerManager } & AsyncDisposable>][] = [
  [
    "the fake manager",
    () => {
      const manager = createFakeManager({ model, availabilityZone: "z" });
      return Promise.resolve({ manager, [Symbol.asyncDispose]: () => manager.close() });
    },
  ],
  ["a manager of a server", () => openManagerStage({ flavour: "lxd" })],
];

describe.each(managers)("%s", (_name, open) => {
  test("makes, adopts, lists and destroys", async () => {
    await using stage = await open();
    const { manager } = stage;
    const { told, onStatus } = listen();
    const made = await manager.createContainer(request, { onStatus });
    expect(told.map(({ status, message }) => `${status}: ${message}`)).toEqual([
      "allocating: Creating container spec",
      "allocating: acquiring LXD image",
      "allocating: Creating container",
      "running: Container started",
    ]);
    expect(made).toMatchObject({
      instance: { id, machineId: "1/lxd/0" },
      hardware: { arch: "amd64", virtType: "container", availabilityZone: "z" },
      origin: "created",
    });
    expect(String(made.instance)).toBe(`lxd:${id}`);
    await made.instance.refresh();
    await expect(made.instance.openPorts()).rejects.toMatchObject({ code: "NOT_IMPLEMENTED" });
    expect((await manager.createContainer(request)).origin).toBe("adopted");
    await expect(manager.createContainer({ ...request, series: "noble" })).rejects.toMatchObject({
      code: "NAME_TAKEN",
    });
    const [listed] = await manager.listContainers();
    expect(listed).toMatchObject({
      id,
      container: { name: id, status: "Running", status_code: 103, config: { "user.juju-model": model } },
    });
    expect(await listed?.status()).toEqual({ status: "running", message: "Running" });
    await expect(manager.destroyContainer("other-1")).rejects.toMatchObject({ code: "CONTAINER_FOREIGN" });
    expect(await manager.destroyContainers([id, "juju-c3d479-9"])).toEqual([id]);
    expect(await manager.destroyContainer(id)).toBe(false);
    expect((await made.instance.status()).message).toMatch(/^could not get status: /);
    expect(await manager.isInitialized()).toBe(true);
  });

  test("makes several, and finds what nobody wants", async () => {
    await using stage = await open();
    const outcomes = await stage.manager.createContainers([request, { machineId: "foo", series: "jammy" }]);
    expect(outcomes).toMatchObject([{ machine: { origin: "created" } }, { error: { code: "MACHINE_ID_INVALID" } }]);
    expect(await stage.manager.findLeftovers()).toEqual([]);
    const found = await stage.manager.findLeftovers({ wanted: ["7"] });
    expect(found).toEqual([
      { name: id, machineId: "1/lxd/0", status: "Running", reason: "is no machine that is wanted" },
    ]);
    expect(await stage.manager.prune(found, { wanted: ["7"] })).toEqual([id]);
    expect(await stage.manager.listContainers()).toEqual([]);
  });

  test("keeps profiles", async () => {
    await using stage = await open();
    const { manager } = stage;
    await manager.createContainer(request);
    expect(await manager.maybeWriteLxdProfile("p", profile)).toEqual({ outcome: "created", differences: [] });
    expect(await manager.maybeWriteLxdProfile("p", profile)).toEqual({ outcome: "unchanged", differences: [] });
    const other = { ...profile, description: "other" };
    const difference = { differences: ["description"] };
    expect(await manager.maybeWriteLxdProfile("p", other, { onDifference: "report" })).toMatchObject({
      ...difference,
      outcome: "different",
    });
    expect(await manager.maybeWriteLxdProfile("p", other)).toMatchObject({ ...difference, outcome: "updated" });
    const posts = [{ name: "q", profile }, { name: "p" }];
    expect(await manager.assignLxdProfiles(id, ["default", "q"], posts)).toEqual({
      profiles: ["default", "q"],
      notDeleted: [],
    });
    expect(await manager.assignLxdProfiles(id, ["default", "q"], [{ name: "q" }])).toMatchObject({
      notDeleted: [{ name: "q" }],
    });
    await expect(manager.assignLxdProfiles(id, ["p"], [])).rejects.toMatchObject({
      code: "PROFILES_NOT_ASSIGNED",
      profiles: ["default", "q"],
    });
    expect(await manager.lxdProfileNames(id)).toEqual(["default", "q"]);
    await expect(manager.lxdProfileNames("gone")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

test("the fake notes calls, fails on demand, and lets a machine be broken", async () => {
  const manager = createFakeManager({ isInitialized: false, arch: "arm64", profiles: { p: {} } });
  const error = new Error("planned");
  manager.fail("createContainer", error, { times: 2 });
  const { told, onStatus } = listen();
  await expect(manager.createContainer(request, { onStatus })).rejects.toBe(error);
  expect(told.at(-1)).toEqual({ status: "provisioning error", message: "Creating container: planned" });
  await expect(manager.createContainer(request)).rejects.toBe(error);
  const made = await manager.createContainer(request);
  expect(made).toMatchObject({ hardware: { arch: "arm64" }, addresses: [{ address: "192.0.2.3" }] });
  const machine = manager.machines.get(made.instance.id);
  if (machine !== undefined) machine.status = "Error";
  expect(await manager.findLeftovers()).toMatchObject([{ reason: "is broken" }]);
  expect(await made.instance.addresses()).toEqual([]);
  expect((await manager.createContainer(request)).origin).toBe("finished");
  expect(await manager.isInitialized()).toBe(false);
  expect([...manager.profiles.keys()]).toEqual(["default", "p"]);
  expect(manager.calls.map(({ method }) => method)).toEqual([
    "createContainer",
    "createContainer",
    "createContainer",
    "findLeftovers",
    "createContainer",
  ]);
  await manager.destroyContainer(made.instance.id);
  await expect(made.instance.addresses()).rejects.toMatchObject({ code: "CONTAINER_NOT_FOUND" });
  await expect(manager.listContainers({ signal: AbortSignal.abort(error) })).rejects.toBe(error);
});
