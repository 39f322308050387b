import type { ServerEnvironment, ServerInfo } from "@lxdkit/protocol";
import { startFakeServer } from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { describe, expect, test } from "vitest";
import { openServer } from "../server.ts";
import { serverFacts } from "./server-facts.ts";

/** What the fake says, changed. */
async function infoOf(environment: Partial<ServerEnvironment>, api_extensions?: string[]): Promise<ServerInfo> {
  await using fake = await startFakeServer();
  await using server = await openServer(connectUnix({ socketPath: fake.socketPath }));
  const { info } = server;
  if (info.environment === undefined) throw new Error("the fake does not trust its own socket");
  return {
    ...info,
    api_extensions: api_extensions ?? info.api_extensions,
    environment: { ...info.environment, ...environment },
  };
}

// The numbers are those of the cases of the server object.
test("rows 2 to 4: the name", async () => {
  expect(serverFacts(await infoOf({ server_name: "" })).name).toBe("none");
  expect(serverFacts(await infoOf({ server_name: "", server_clustered: true })).name).toBe("");
  expect(serverFacts(await infoOf({ server_name: "node1" })).name).toBe("node1");
});

test("rows 5 and 6: what it supports; a server without clustering is in no cluster", async () => {
  const all = await infoOf({ server_clustered: true }, ["network", "clustering", "storage"]);
  expect(serverFacts(all)).toMatchObject({
    networkSupported: true,
    clusteringSupported: true,
    storageSupported: true,
    isClustered: true,
  });
  // Row 13 of the cases of storage as well.
  expect(serverFacts(await infoOf({ server_clustered: true }, []))).toMatchObject({
    networkSupported: false,
    clusteringSupported: false,
    storageSupported: false,
    isClustered: false,
  });
});

test("row 7: architectures in Debian's names; those of instances are the machine's own when none are told", async () => {
  const info = await infoOf({ kernel_architecture: "aarch64", architectures: ["aarch64", "armv7l"] });
  expect(serverFacts(info)).toMatchObject({ hostArch: "arm64", supportedArches: ["arm64", "armhf"] });
  const silent = await infoOf({ kernel_architecture: "x86_64", architectures: [] });
  expect(serverFacts(silent)).toMatchObject({ hostArch: "amd64", supportedArches: ["amd64"] });
});

test("a caller who is not trusted learns nothing, and no architecture is made up", async () => {
  const { environment: _, ...info } = await infoOf({});
  expect(serverFacts(info)).toMatchObject({ hostArch: "", supportedArches: [], serverCertificate: "" });
});

describe.each(["lxd", "incus"] as const)("on %s", (flavour) => {
  test("a server has them from its opening on, without another request", async () => {
    await using fake = await startFakeServer({ flavour, name: "m1" });
    await using server = await openServer(connectUnix({ socketPath: fake.socketPath }), { now: () => 7 });
    expect(server).toMatchObject({
      name: "m1",
      hostArch: "amd64",
      serverCertificate: await fake.certificate(),
      isClustered: false,
      networkSupported: true,
    });
    expect(server.supportedArches).toEqual(["amd64", "i386"]);
    expect(server.now()).toBe(7);
    expect(fake.requests.map(({ path }) => path)).toEqual(["/1.0"]);
  });

  test("a member of a cluster says so", async () => {
    await using fake = await startFakeServer({ flavour, members: ["m1", "m2"] });
    await using server = await openServer(connectUnix({ socketPath: fake.socketPath }));
    expect(server).toMatchObject({ name: "m1", isClustered: true, clusteringSupported: true });
  });
});
