import { MultipleErrors } from "@lxdkit/protocol";
import { openServer } from "@lxdkit/server";
import { type SimplestreamsHost, startFakeServer, startSimplestreamsHost, withProject } from "@lxdkit/testing";
import { connectUnix, createServerSpec } from "@lxdkit/transport";
import { describe, expect, test } from "vitest";
import { createManagerConfig } from "../configuration/manager-config.ts";
import { createContainerManager } from "../container-manager.ts";
import { model, openManagerStage } from "../manager-stage.test-support.ts";
import { bridgeNetworkConfig } from "../networks/network-config.ts";
import type { MachineOutcome } from "./create-machines.ts";
import type { MachineRequest } from "./machine-request.ts";
import type { MachineStatus } from "./machine-status.ts";

const sleep = (): Promise<void> => Promise.resolve();

function requests(count: number, more: Partial<MachineRequest> = {}): MachineRequest[] {
  return Array.from({ length: count }, (_, index) => ({ machineId: String(index), series: "jammy", ...more }));
}

function codes(outcomes: readonly MachineOutcome[]): string[] {
  return outcomes.flatMap(({ failures }) => failures.map((failure) => (failure as { readonly code: string }).code));
}

/** A host that publishes `jammy`. */
function publish(): Promise<SimplestreamsHost> {
  const image = {
    aliases: ["jammy"],
    os: "ubuntu",
    release: "jammy",
    architecture: "amd64",
    serial: "20261101",
    metadata: Buffer.from("metadata"),
    rootfs: Buffer.alloc(100_000, "jammy"),
  };
  return startSimplestreamsHost({ images: [image] });
}

describe.each(["lxd", "incus"] as const)("on %s", (flavour) => {
  test("forty machines with four faults: all run, each is told truly, one download, nothing is left over", async () => {
    await using host = await publish();
    await using fake = await startFakeServer({ flavour, imageServerCa: host.certificate });
    await using server = await openServer(connectUnix({ socketPath: fake.socketPath }));
    const bridge = flavour === "lxd" ? "lxdbr0" : "incusbr0";
    const { value } = await server.client.networks.get(bridge);
    await server.client.networks.update(bridge, { ...value, config: { ...value.config, "ipv4.address": "none" } });
    const manager = createContainerManager(createManagerConfig({ "model-uuid": model }), {
      server,
      imageSources: [createServerSpec({ host: host.url, protocol: "simplestreams", ca: host.certificate })],
      images: { sleep },
      sleep,
    });
    host.spoil(/rootfs/, { kind: "status", status: 404 }, { times: 1 });
    const network = `/1.0/networks/${bridge}`;
    fake.failRequest({ method: "PUT", path: network, status: 412, error: "Precondition failed", times: 1 });
    fake.failOperation({ path: "/1.0/instances/juju-c3d479-17/state", err: "no start", times: 1 });
    fake.dropConnection({
      method: "POST",
      path: "/1.0/instances",
      where: ({ body }) => (body as { readonly name?: string }).name === "juju-c3d479-23",
      times: 1,
    });
    const interfaces = [{ interfaceName: "eth0", interfaceType: "ethernet", parentInterfaceName: bridge }] as const;
    const wanted = requests(40, { network: bridgeNetworkConfig("", 0, interfaces) });
    const told = new Map<string, MachineStatus>();
    const outcomes = await manager.createContainers(wanted, {
      parallel: 8,
      waitFor: "address",
      onStatus: (id, status) => void told.set(id, status),
    });

    expect(outcomes.map(({ machineId }) => machineId)).toEqual(wanted.map(({ machineId }) => machineId));
    expect(outcomes.filter((outcome) => "error" in outcome)).toEqual([]);
    const failed = new Map(
      outcomes.filter(({ failures }) => failures.length > 0).map((one) => [one.machineId, codes([one])]),
    );
    // Those that waited for the download that failed say so, too.
    expect(
      [...failed.values()]
        .flat()
        .filter((code) => code !== "IMAGE_COPY_FAILED")
        .sort(),
    ).toEqual(["CONTAINER_NOT_CREATED", "CONTAINER_NOT_STARTED"]);
    expect(failed.get("17")).toContain("CONTAINER_NOT_STARTED");
    expect(failed.get("23")).toContain("CONTAINER_NOT_CREATED");
    expect([...told.values()]).toEqual(wanted.map(() => ({ status: "running", message: "Container started" })));
    const instances = await server.client.instances.list();
    expect(instances.map(({ name }) => name).sort()).toEqual(
      wanted.map(({ machineId }) => `juju-c3d479-${machineId}`).sort(),
    );
    expect(instances.every(({ status }) => status === "Running")).toBe(true);
    // One that failed, one that came.
    expect(host.requests.filter(({ path }) => path.includes("rootfs"))).toHaveLength(2);
    expect(fake.requests.filter(({ path }) => path === "/1.0/events")).toHaveLength(1);
    expect(
      fake.requests.filter(({ method, path }) => method === "PUT" && path === network).map(({ status }) => status),
    ).toEqual([200, 412, 200]);
    expect(await server.client.images.list()).toHaveLength(1);
    expect(await manager.findLeftovers({ minAgeMs: 0 })).toEqual([]);
  }, 60_000);

  test("what fails each time is told as it is; the others run", async () => {
    await using stage = await openManagerStage({ flavour, manager: { sleep } });
    const path = "/1.0/instances/juju-c3d479-1/state";
    stage.fake.failOperation({ path, err: "no start", times: 9 });
    const outcomes = await stage.manager.createContainers([...requests(3), { machineId: "foo", series: "jammy" }]);
    expect(outcomes).toMatchObject([
      { machineId: "0", machine: { origin: "created" }, failures: [] },
      {
        machineId: "1",
        error: { code: "CONTAINER_NOT_STARTED" },
        failures: [{ code: "CONTAINER_NOT_STARTED" }, { code: "CONTAINER_NOT_STARTED" }],
      },
      { machineId: "2", machine: { origin: "created" } },
      { machineId: "foo", error: { code: "MACHINE_ID_INVALID" }, failures: [] },
    ]);
    expect((await stage.manager.listContainers()).map(({ machineId }) => machineId)).toEqual(["0", "2"]);
  });

  test("not more at a time than are allowed", async () => {
    await using stage = await openManagerStage({ flavour });
    let now = 0;
    let most = 0;
    await stage.manager.createContainers(requests(9), {
      parallel: 3,
      onStatus: (_id, { message }) => {
        if (message === "Creating container spec") now += 1;
        most = Math.max(most, now);
        if (message === "Container started") now -= 1;
      },
    });
    expect(most).toBe(3);
  });

  test("the same machine twice is refused before anything is made", async () => {
    await using stage = await openManagerStage({ flavour });
    stage.asked();
    await expect(stage.manager.createContainers([...requests(2), ...requests(1)])).rejects.toMatchObject({
      code: "MACHINE_TWICE",
    });
    expect(stage.asked()).toEqual([]);
    expect(await stage.manager.createContainers([])).toEqual([]);
  });

  test("an abort leaves those that run by then, and the same call goes on with them", async () => {
    await using stage = await openManagerStage({ flavour });
    const ends = new AbortController();
    const reason = new Error("enough");
    const created = stage.manager.createContainers(requests(4), {
      parallel: 1,
      signal: ends.signal,
      onStatus: (id, { message }) => {
        if (id === "2" && message === "Creating container") ends.abort(reason);
      },
    });
    await expect(created).rejects.toBe(reason);
    expect((await stage.manager.listContainers()).map(({ machineId }) => machineId)).toEqual(["0", "1"]);
    const again = await stage.manager.createContainers(requests(4));
    expect(again).toMatchObject(
      ["adopted", "adopted", "created", "created"].map((origin) => ({ machine: { origin } })),
    );
  });

  test("in a project of its own", async () => {
    const setup = [withProject({ name: "lab", config: { "features.images": "false", "features.profiles": "false" } })];
    await using stage = await openManagerStage({ flavour, setup });
    const manager = createContainerManager(createManagerConfig({ "model-uuid": model }), {
      server: stage.server.useProject("lab"),
      imageSources: [],
    });
    await manager.createContainers(requests(2));
    expect((await manager.listContainers()).map(({ id }) => id)).toEqual(["juju-c3d479-0", "juju-c3d479-1"]);
    expect(await stage.manager.listContainers()).toEqual([]);
  });

  test("row 1 of the regressions: when the clean-up fails too, both are told, and the next attempt finishes it", async () => {
    await using stage = await openManagerStage({ flavour, manager: { sleep } });
    const name = "juju-c3d479-0";
    stage.fake.failOperation({ path: `/1.0/instances/${name}/state`, err: "no start", times: 1 });
    stage.fake.failOperation({ method: "DELETE", path: `/1.0/instances/${name}`, err: "busy", times: 5 });
    const [outcome] = await stage.manager.createContainers(requests(1));
    expect(outcome).toMatchObject({ machine: { origin: "finished" }, failures: [{ code: "CLEANUP_FAILED" }] });
    expect(outcome?.failures[0]).toBeInstanceOf(MultipleErrors);
    expect(await stage.server.client.instances.list()).toHaveLength(1);
  }, 30_000);
});
