import { withProfile } from "@lxdkit/testing";
import { describe, expect, test } from "vitest";
import { type ManagerStage, openManagerStage } from "../manager-stage.test-support.ts";
import type { MachineRequest } from "../machines/machine-request.ts";

const members = ["m1", "m2", "m3"];
const sleep = (): Promise<void> => Promise.resolve();

function inZones(count: number, zonesOf: (index: number) => readonly string[]): MachineRequest[] {
  return Array.from({ length: count }, (_, index) => ({
    machineId: String(index),
    series: "jammy",
    constraints: { zones: zonesOf(index) },
  }));
}

async function places({ server }: ManagerStage): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { location } of await server.client.instances.list()) counts[location] = (counts[location] ?? 0) + 1;
  return counts;
}

describe.each(["lxd", "incus"] as const)("on a cluster of %s", (flavour) => {
  const open = (): Promise<ManagerStage> =>
    openManagerStage({ flavour, members, manager: { sleep }, config: { "availability-zone": "" } });

  test("ten machines land where their zones say", async () => {
    await using stage = await open();
    const outcomes = await stage.manager.createContainers(inZones(10, (index) => [members[index % 3] ?? ""]));
    const found = outcomes.map((one) => "machine" in one && one.machine.hardware.availabilityZone);
    expect(found).toEqual(Array.from({ length: 10 }, (_, index) => members[index % 3]));
    expect(await places(stage)).toEqual({ m1: 4, m2: 3, m3: 3 });
  });

  test("machines of several zones, and of none, are spread evenly", async () => {
    await using stage = await open();
    await stage.manager.createContainers(inZones(6, () => ["m1", "m3"]));
    expect(await places(stage)).toEqual({ m1: 3, m3: 3 });
    await stage.manager.createContainers([20, 21, 22].map((id) => ({ machineId: String(id), series: "jammy" })));
    expect(await places(stage)).toEqual({ m1: 3, m2: 3, m3: 3 });
  });

  test("with one member stopped the rest land on the others, each once", async () => {
    await using stage = await open();
    await stage.fake.takeOffline("m2");
    const outcomes = await stage.manager.createContainers(inZones(10, () => members));
    expect(outcomes.filter((one) => "error" in one)).toEqual([]);
    expect(await places(stage)).toEqual({ m1: 5, m3: 5 });
  });

  test("a member that stops in the middle: its machines are tried elsewhere", async () => {
    await using stage = await open();
    let isGone: Promise<void> | undefined;
    const outcomes = await stage.manager.createContainers(
      inZones(9, () => members),
      {
        parallel: 3,
        onStatus: (_id, { message }) => {
          if (message === "Container started") isGone ??= stage.fake.takeOffline("m3");
        },
      },
    );
    await isGone;
    const created = outcomes.filter((one) => "machine" in one);
    const failed = outcomes.flatMap((one) => ("error" in one ? [one] : []));
    // One that m3 had begun with cannot be removed while m3 is away, so it is not made again elsewhere.
    const instances = await stage.server.client.instances.list();
    expect(new Set(instances.map(({ name }) => name)).size).toBe(instances.length);
    expect(created.length + failed.length).toBe(9);
    const names = new Set(instances.filter(({ location }) => location !== "m3").map(({ name }) => name));
    const there = created.filter(({ machineId }) => names.has(`juju-c3d479-${machineId}`));
    expect(there.length).toBeGreaterThanOrEqual(created.length - 3);
  });

  test("a machine whose only zone is away is told so; a member of that name need not be there", async () => {
    await using stage = await open();
    await stage.fake.takeOffline("m2");
    const [first, second, third] = await stage.manager.createContainers([
      ...inZones(1, () => ["m2"]),
      { machineId: "1", series: "jammy", constraints: { zones: ["m9"] } },
      { machineId: "2", series: "jammy", constraints: { arch: "riscv64" } },
    ]);
    expect(first).toMatchObject({
      error: { code: "NO_MEMBER", message: expect.stringMatching(/m1 is in none of the zones m2; m2 .*; m3 is in/) },
    });
    expect(second).toMatchObject({
      error: { code: "NO_MEMBER", message: expect.stringContaining("m3 is in none of the zones m9") },
    });
    expect(third).toMatchObject({ error: { code: "NO_MEMBER", message: expect.stringContaining("m1 is x86_64") } });
    expect(await places(stage)).toEqual({});
  });

  test("zones are what the caller says, for example what is in the members' config", async () => {
    await using stage = await openManagerStage({
      flavour,
      members,
      manager: { zonesOf: ({ server_name: name }) => [name === "m2" ? "red" : "blue"] },
    });
    await stage.manager.createContainers(inZones(2, () => ["red"]));
    expect(await places(stage)).toEqual({ m2: 2 });
  });

  test("a failure domain is a zone", async () => {
    await using stage = await open();
    const { client } = stage.server;
    const { value } = await client.cluster.members.get("m3");
    await client.cluster.members.update("m3", { ...value, failure_domain: "rack-3" });
    await stage.manager.createContainer({ machineId: "0", series: "jammy", constraints: { zones: ["rack-3"] } });
    expect(await places(stage)).toEqual({ m3: 1 });
  });

  test("a target is used as it is, and nothing else is tried", async () => {
    await using stage = await open();
    await stage.manager.createContainer({ machineId: "0", series: "jammy", target: "m3" });
    expect(await places(stage)).toEqual({ m3: 1 });
    await stage.fake.takeOffline("m3");
    await expect(
      stage.manager.createContainer({ machineId: "1", series: "jammy", target: "m3" }),
    ).rejects.toMatchObject({ code: "CONTAINER_NOT_CREATED" });
    expect(await places(stage)).toEqual({ m3: 1 });
  });
});

describe.each(["lxd", "incus"] as const)("on %s alone", (flavour) => {
  test("zones are ignored, which is told", async () => {
    await using stage = await openManagerStage({ flavour, setup: [withProfile({ name: "p" })] });
    await stage.manager.createContainer({ machineId: "0", series: "jammy", constraints: { zones: ["m1"] } });
    expect(stage.notices).toEqual([
      { level: "warning", message: "the server is in no cluster: the zones of machine 0 are ignored" },
    ]);
  });
});
