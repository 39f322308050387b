import type { Client, ListInstancesOptions } from "@lxdkit/client";
import { type Instance, instanceSchema, statusNames } from "@lxdkit/protocol";
import { startFakeServer, withInstance } from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { describe, expect, test } from "vitest";
import { openServer } from "../server.ts";
import { aliveStatuses, filterContainers } from "./filter-containers.ts";

/** A client whose list has these instances, with what it was asked for. */
function listing(statuses: Readonly<Record<string, string>>): { client: Client; asked: ListInstancesOptions[] } {
  const codes = new Map(Object.entries(statusNames).map(([code, name]) => [name, Number(code)]));
  const instances = Object.entries(statuses).map(([name, status]) =>
    // The text says something else: the code counts.
    instanceSchema.parse({ name, type: "container", status: "STATE", status_code: codes.get(status) }),
  );
  const asked: ListInstancesOptions[] = [];
  const list = (options: ListInstancesOptions = {}): Promise<Instance[]> => {
    asked.push(options);
    return Promise.resolve(instances);
  };
  return { client: { instances: { list } } as unknown as Client, asked };
}

const names = (instances: readonly Instance[]): string[] => instances.map(({ name }) => name);

test("row 7: by the start of the name and the status, in the order of the server", async () => {
  const { client } = listing({
    "prefix-c1": "Starting",
    "prefix-c2": "Stopped",
    "prefix-c3": "Started",
    "other-c4": "Starting",
  });
  expect(names(await filterContainers(client, "prefix", ["Starting", "Stopped"]))).toEqual(["prefix-c1", "prefix-c2"]);
  expect(names(await filterContainers(client, "prefix"))).toEqual(["prefix-c1", "prefix-c2", "prefix-c3"]);
  expect(names(await filterContainers(client, ""))).toHaveLength(4);
  expect(names(await filterContainers(client, "", ["starting"]))).toEqual([]);
});

test("row 8: frozen and broken ones are not alive, stopped ones are", async () => {
  const { client } = listing({ a: "Starting", b: "Frozen", c: "Running", d: "Error", e: "Stopped", f: "Ready" });
  expect(names(await filterContainers(client, "", aliveStatuses))).toEqual(["a", "c", "e", "f"]);
});

test("only of one type, when asked", async () => {
  const { client, asked } = listing({});
  await filterContainers(client, "", [], { type: "virtual-machine" });
  expect(asked).toMatchObject([{ type: "virtual-machine" }]);
});

describe.each(["lxd", "incus"] as const)("on %s", (flavour) => {
  test("lists cost one request each, whatever the number; a refusal is passed on", async () => {
    const setup = [
      withInstance({ name: "a-1", status: "Running" }),
      withInstance({ name: "a-2", status: "Frozen" }),
      withInstance({ name: "a-3" }),
      withInstance({ name: "b-1", type: "virtual-machine", status: "Running" }),
    ];
    await using fake = await startFakeServer({ flavour, setup });
    await using server = await openServer(connectUnix({ socketPath: fake.socketPath }));
    const seen = fake.requests.length;
    expect(names(await server.filterContainers("a", ["Running", "Frozen"]))).toEqual(["a-1", "a-2"]);
    expect(names(await server.aliveContainers(""))).toEqual(["a-1", "a-3", "b-1"]);
    expect(names(await server.aliveContainers("", { type: "virtual-machine" }))).toEqual(["b-1"]);
    expect(names(await server.listInstances())).toHaveLength(4);
    expect(fake.requests.slice(seen).map(({ path }) => path)).toEqual(
      Array.from({ length: 4 }, () => "/1.0/instances"),
    );
    fake.failRequest({ path: "/1.0/instances", status: 500, error: "database is locked" });
    await expect(server.aliveContainers("")).rejects.toMatchObject({ code: "SERVER_ERROR" });
  });

  // Rows 9 and 10: what is left out is in container-addresses.test.ts.
  test("the addresses of one, none while it is stopped, an error when it is not there", async () => {
    const setup = [withInstance({ name: "on", status: "Running" }), withInstance({ name: "off" })];
    await using fake = await startFakeServer({ flavour, setup });
    await using server = await openServer(connectUnix({ socketPath: fake.socketPath }));
    expect(await server.containerAddresses("on")).toMatchObject([
      { family: "ipv4", scope: "cloud-local", interface: "eth0" },
      { family: "ipv6", scope: "cloud-local", interface: "eth0" },
    ]);
    expect(await server.containerAddresses("off")).toEqual([]);
    await expect(server.containerAddresses("none")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
