import { generateClientCertificate } from "@lxdkit/certificates";
import { startFakeServer, withInstance, withNetwork, withProfile } from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { expect, test } from "vitest";
import { openServer, type Server } from "./server.ts";

type Work = (server: Server, options: { readonly signal: AbortSignal }) => Promise<unknown>;

const certificate = await generateClientCertificate();

const works: readonly (readonly [string, Work])[] = [
  ["updateServerConfig", (server, options) => server.updateServerConfig({ "user.a": "1" }, options)],
  ["enableHttpsListener", (server, options) => server.enableHttpsListener({ address: "127.0.0.1:0", ...options })],
  ["createClientCertificate", (server, options) => server.createClientCertificate(certificate, options)],
  ["hasProfile", (server, options) => server.hasProfile("p", options)],
  ["createProfileWithConfig", (server, options) => server.createProfileWithConfig("new", {}, options)],
  ["ensureProfile", (server, options) => server.ensureProfile({ name: "new" }, options)],
  ["getContainerProfiles", (server, options) => server.getContainerProfiles("c1", options)],
  ["updateContainerProfiles", (server, options) => server.updateContainerProfiles("c1", ["default", "p"], options)],
  ["replaceOrAddContainerProfile", (server, options) => server.replaceOrAddContainerProfile("c1", "", "p", options)],
  ["createPool", (server, options) => server.createPool("new", "dir", {}, options)],
  ["createVolume", (server, options) => server.createVolume("default", "new", {}, options)],
  ["ensureDefaultStorage", (server, options) => server.ensureDefaultStorage("p", options)],
  ["requireUsablePool", (server, options) => server.requireUsablePool("default", options)],
  ["verifyNetworkDevice", (server, options) => server.verifyNetworkDevice("p", options)],
  ["ensureIPv4", (server, options) => server.ensureIPv4("n1", options)],
  ["getNICsFromProfile", (server, options) => server.getNICsFromProfile("nic", options)],
];

async function onServer(run: (server: Server, requests: () => number) => Promise<void>): Promise<void> {
  const nic = { type: "nic", nictype: "bridged", parent: "lxdbr0" };
  await using fake = await startFakeServer({
    setup: [
      withProfile({ name: "p" }),
      withProfile({ name: "nic", devices: { eth0: nic } }),
      withNetwork({ name: "n1", config: { "ipv4.address": "none" } }),
      // With any profiles.
      withInstance({ name: "c1", devices: { root: { type: "disk", path: "/", pool: "default" } } }),
    ],
  });
  await using server = await openServer(connectUnix({ socketPath: fake.socketPath }));
  await run(server, () => fake.requests.length);
}

test.each(works)("%s that is aborted before sends nothing and rejects with the reason", (_, work) =>
  onServer(async (server, requests) => {
    const reason = new Error("enough");
    const before = requests();
    await expect(work(server, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(requests()).toBe(before);
  }),
);

test.each(works)("%s that is aborted after its first request rejects with the reason, or was done with it", (_, work) =>
  onServer(async (server, requests) => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const before = requests();
    const settled = Promise.allSettled([work(server, { signal: controller.signal })]);
    await expect.poll(requests).toBeGreaterThan(before);
    controller.abort(reason);
    const [outcome] = await settled;
    expect(outcome.status === "rejected" ? outcome.reason : reason).toBe(reason);
  }),
);
