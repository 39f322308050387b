import type { Flavour } from "@lxdkit/protocol";
import { startSimplestreamsHost, type SimplestreamsHost } from "@lxdkit/simplestreams/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contractCases, type ContractTarget } from "./contract/index.ts";
import { type FakeServer, startFakeServer } from "./fake-server.ts";
import { withWarning } from "./setup/with-kept-objects.ts";
import { createRouteMatcher, routesOf } from "./core/router.ts";
import { bucketRoutes } from "./storage/buckets.ts";
import { refusedRoutes } from "./networks/refused-routes.ts";
import { routes } from "./routes.ts";

const image = {
  os: "ubuntu",
  release: "jammy",
  architecture: "amd64",
  serial: "20261101",
  aliases: ["jammy"],
  metadata: Buffer.from("metadata"),
  rootfs: Buffer.from("root file system"),
  rootfsType: "squashfs",
} as const;

const matchRoute = createRouteMatcher(routes);

/** What servers complain of on a machine without virtual machines. */
const warnings = ["vhost_vsock kernel module not loaded", "KVM support is missing"];

const loneCases = contractCases.filter(({ needs }) => needs !== "members");
const membersCases = contractCases.filter(({ needs }) => needs === "members");
const alone = { concurrent: false, timeout: 30_000 };

/** Every route is proved: a route that no case touches has no place in the fake. */
function unproved(fake: FakeServer): readonly string[] {
  const touched = new Set(
    fake.requests
      .filter(({ status }) => status !== undefined && status < 400)
      .map(({ method, path }) => `${method} ${matchRoute(path)?.route.pattern}`),
  );
  return routesOf(fake.flavour, routes)
    .flatMap(({ pattern, methods }) => Object.keys(methods).map((method) => `${method} ${pattern}`))
    .filter((route) => !touched.has(route) && !refusesOnly.has(route));
}

function isOfCluster(route: string): boolean {
  return route.includes(" /1.0/cluster");
}

describe.concurrent.each<Flavour>(["lxd", "incus"])("the contract on the fake %s", (flavour) => {
  let host: SimplestreamsHost;
  let fake: FakeServer;
  let target: ContractTarget;

  beforeAll(async () => {
    host = await startSimplestreamsHost({ images: [image] });
    fake = await startFakeServer({
      flavour,
      images: [{ aliases: ["tiny"], properties: { os: "tiny", description: "tiny image" } }],
      https: true,
      setup: warnings.map((message) => withWarning({ type: "Instance type not operational", message })),
      imageServerCa: host.certificate,
      // Long enough for the cases that look at an operation while it runs.
      stopMs: 1000,
    });
    const simplestreams = { url: host.url, alias: "jammy" };
    target = { flavour, socketPath: fake.socketPath, httpsUrl: fake.httpsUrl ?? "", imageAlias: "tiny", simplestreams };
  });

  afterAll(async () => {
    expect(unproved(fake).filter((route) => !isOfCluster(route))).toEqual([]);
    await fake.close();
    await host.close();
  });

  test.each(loneCases.filter(({ isAlone }) => isAlone !== true))("$name", ({ run }) => run(target), 30_000);
  test.each(loneCases.filter(({ isAlone }) => isAlone))("$name", alone, ({ run }) => run(target));
});

describe.each<Flavour>(["lxd", "incus"])("the contract on the fake cluster %s", (flavour) => {
  const members = ["m1", "m2", "m3"];
  let fake: FakeServer;
  let target: ContractTarget;

  beforeAll(async () => {
    fake = await startFakeServer({ flavour, members, images: [{ aliases: ["tiny"] }] });
    target = { flavour, socketPath: fake.socketPath, imageAlias: "tiny", members };
  });

  afterAll(async () => {
    expect(unproved(fake).filter(isOfCluster)).toEqual([]);
    await fake.close();
  });

  test.each(membersCases)("$name", alone, ({ run }) => run(target));
});

/**
 * What LXD has no good answer for: a PATCH of an alias hangs, so that no case asks for it, and a volume in a folder has
 * no state.
 */
const refusesOnly: ReadonlySet<string> = new Set([
  "PATCH /1.0/images/aliases/{name...}",
  "GET /1.0/storage-pools/{pool}/volumes/{type}/{volume}/state",
  // Incus keeps nothing there that it lets anybody delete; LXD does, and that is proved on it.
  "DELETE /1.0/instances/{name}/logs/{file}",
  // Neither family has these for a bridge and for a server that is alone.
  "GET /1.0/network-acls/{name}/log",
  // Only virtual machines have this, and no server of the suite runs one.
  "GET /1.0/instances/{name}/debug/memory",
  // A server without MinIO has no buckets.
  ...bucketRoutes.flatMap(({ pattern, methods }) => Object.keys(methods).map((method) => `${method} ${pattern}`)),
  ...refusedRoutes.flatMap(({ pattern, methods }) => Object.keys(methods).map((method) => `${method} ${pattern}`)),
  // These would end the server, or the cluster, that other cases use; their own tests are beside them.
  "PUT /1.0/cluster",
  "DELETE /1.0/cluster/members/{name}",
]);
