import { openServer, type Server } from "@lxdkit/server";
import { openTestbed, type Testbed } from "@lxdkit/testbed";
import { describeOnServers } from "@lxdkit/testbed/vitest";
import { connectUnix } from "@lxdkit/transport";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createManagerConfig } from "../configuration/manager-config.ts";
import { createContainerManager, type LxdContainerManager } from "../container-manager.ts";
import type { MachineOutcome } from "../machines/create-machines.ts";
import type { MachineRequest } from "../machines/machine-request.ts";
import { model } from "../manager-stage.test-support.ts";

const members = ["m1", "m2", "m3"];

describeOnServers("machines on a cluster of three members", ({ flavour }) => {
  let bed: Testbed;
  let server: Server;
  let manager: LxdContainerManager;

  beforeAll(async () => {
    bed = await openTestbed({ flavour, members: 3 });
    server = await openServer(connectUnix({ socketPath: bed.socketPath }));
    const { value } = await server.client.images.aliases.get("tiny");
    await server.client.images.aliases.create({ name: "juju/jammy/amd64", target: value.target, description: "" });
    manager = createContainerManager(createManagerConfig({ "model-uuid": model }), { server, imageSources: [] });
  });
  afterAll(async () => {
    await server.close();
    await bed.close();
  });

  const requests = (first: number, zonesOf: (index: number) => readonly string[]): MachineRequest[] =>
    Array.from({ length: 10 }, (_, index) => ({
      machineId: String(first + index),
      series: "jammy",
      constraints: { zones: zonesOf(index) },
    }));

  /** A second reading, by the server's own program on another member. */
  const places = async (): Promise<Record<string, string>> => {
    const { stdout } = await bed.run([flavour === "lxd" ? "lxc" : "incus", "list", "--format", "json"], {
      member: "m3",
    });
    const listed = JSON.parse(stdout) as { name: string; location: string }[];
    return Object.fromEntries(listed.map(({ name, location }) => [manager.namespace.machineId(name), location]));
  };

  const zonesOf = (outcomes: readonly MachineOutcome[]): unknown[] =>
    outcomes.map((one) => ("machine" in one ? one.machine.hardware.availabilityZone : one.error));

  test("ten machines over three zones land where the zones say", async () => {
    const wanted = requests(0, (index) => [members[index % 3] ?? ""]);
    const outcomes = await manager.createContainers(wanted);
    const expected = wanted.map(({ constraints }) => constraints?.zones?.[0]);
    expect(zonesOf(outcomes)).toEqual(expected);
    expect(await places()).toEqual(Object.fromEntries(wanted.map(({ machineId }, at) => [machineId, expected[at]])));
    expect(outcomes.flatMap(({ failures }) => failures)).toEqual([]);
    await manager.destroyContainers((await manager.listContainers()).map(({ id }) => id));
  }, 240_000);

  test("a member that stops after it was chosen: its machines go to the others", async () => {
    let killed: Promise<void> | undefined;
    const outcomes = await manager.createContainers(
      requests(100, () => ["m1", "m2"]),
      {
        parallel: 1,
        onStatus: (id, { message }) => {
          if (id === "103" && message === "Container started") killed ??= bed.killMember({ member: "m2" });
        },
      },
    );
    await killed;
    const last = outcomes.slice(5);
    expect(zonesOf(last)).toEqual(last.map(() => "m1"));
    expect(outcomes.flatMap(({ failures }) => failures).length).toBeGreaterThan(0);
    const listed = await manager.listContainers();
    expect(new Set(listed.map(({ id }) => id)).size).toBe(listed.length);
    const removable = listed.filter(({ container }) => container.location !== "m2").map(({ id }) => id);
    expect(await manager.destroyContainers(removable)).toEqual(removable);
  }, 240_000);

  test("with one member stopped the rest land on the others, each once", async () => {
    const outcomes = await manager.createContainers(requests(200, () => members));
    const zones = zonesOf(outcomes);
    expect(zones.filter((zone) => zone === "m1")).toHaveLength(5);
    expect(zones.filter((zone) => zone === "m3")).toHaveLength(5);
    const found = await places();
    expect(outcomes.map(({ machineId }) => found[machineId])).toEqual(zones);
    const [alone] = await manager.createContainers(requests(300, () => ["m2"]).slice(0, 1));
    expect(alone).toMatchObject({ error: { code: "NO_MEMBER", message: expect.stringContaining("m2 ") as string } });
  }, 240_000);
});
