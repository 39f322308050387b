import type { Testbed } from "@lxdkit/testbed";
import { describeOnServers } from "@lxdkit/testbed/vitest";
import type { Server } from "@lxdkit/server";
import { afterAll, beforeAll, test } from "vitest";
import { generateClientCertificate } from "@lxdkit/certificates";
import { configureLXDProxies } from "./configure-proxies.ts";
import { detectHost } from "./host/detect-host.ts";
import { localHost } from "./host/local-host.ts";
import { initialiseHost } from "./initialise-host.ts";
import { planHost } from "./plan/plan-host.ts";
import { type FreshPair, openFreshPair } from "./preseed/fresh-pair.test-support.ts";
import { stateOf } from "./preseed/preseed.test-support.ts";

describeOnServers("initialising", ({ flavour }) => {
  const init = flavour === "lxd" ? ["lxd", "init"] : ["incus", "admin", "init"];
  let pair: FreshPair;
  let ours: Testbed;
  let theirs: Testbed;
  let server: Server;
  let other: Server;

  beforeAll(async () => {
    pair = await openFreshPair(flavour);
    ({ ours, theirs, server, other } = pair);
  });

  afterAll(() => pair[Symbol.asyncDispose]());

  // The interfaces of the bed are others than those of this machine.
  const hostOf = (bed: Testbed): ReturnType<typeof localHost> =>
    localHost({
      environment: {},
      socketPath: bed.socketPath,
      networkInterfaces: () => ({}),
      snapdSocket: `${bed.directory}/no-snapd.socket`,
    });

  test("an uninitialised server becomes what --auto makes of it; a second run finds nothing to do", async ({
    expect,
  }) => {
    await theirs.run([...init, "--auto"]);
    const { changed } = await initialiseHost(hostOf(ours), { flavour });
    expect(changed.map(({ id }) => id)).toEqual(["storage pool default", `network ${flavour}br0`, "profile default"]);
    const state = await stateOf(server, ours.directory);
    expect(state).toEqual(await stateOf(other, theirs.directory));
    expect(await initialiseHost(hostOf(ours), { flavour })).toEqual({ changed: [], unchanged: [] });
    expect(await stateOf(server, ours.directory)).toEqual(state);
    // And on what the real program has made, there is nothing to do either.
    expect(planHost(await detectHost(hostOf(theirs)))).toEqual([]);
  });

  test("proxies, listener and trust; each once, and an operator's address stays", async ({ expect }) => {
    const { certificatePem: certificate } = await generateClientCertificate();
    const wishes = {
      proxies: { http: "http://proxy.test:3128", https: "", noProxy: "localhost" },
      listen: "127.0.0.1:8443",
      trust: { name: "first", certificate },
    };
    const { changed } = await initialiseHost(hostOf(ours), wishes);
    expect(changed.map(({ id }) => id)).toEqual(["proxies", "listener", "trust first"]);
    const { value } = await server.client.getServer();
    expect(value.config).toMatchObject({
      "core.proxy_http": "http://proxy.test:3128",
      "core.proxy_ignore_hosts": "localhost",
      "core.https_address": "127.0.0.1:8443",
    });
    expect((await server.client.certificates.list()).map(({ name }) => name)).toEqual(["first"]);
    expect((await initialiseHost(hostOf(ours), { ...wishes, listen: "127.0.0.1:9443" })).changed).toEqual([]);
    const cleared = { proxies: { http: "", https: "", noProxy: "" } };
    expect((await initialiseHost(hostOf(ours), cleared)).changed.map(({ id }) => id)).toEqual(["proxies"]);
    expect((await server.client.getServer()).value.config).not.toHaveProperty("core.proxy_http");
  });

  test("rows 11 and 13: proxies are set and cleared, and not written twice", async ({ expect }) => {
    const host = hostOf(ours);
    const proxies = { http: "h", https: "s", noProxy: "n" };
    expect(await configureLXDProxies(host, proxies)).toBe(true);
    expect(await configureLXDProxies(host, proxies)).toBe(false);
    const { value } = await server.client.getServer();
    expect(value.config).toMatchObject({
      "core.proxy_http": "h",
      "core.proxy_https": "s",
      "core.proxy_ignore_hosts": "n",
    });
    expect(await configureLXDProxies(host, { http: "", https: "", noProxy: "" })).toBe(true);
  });

  test("a container that is launched then gets an address", async ({ expect }) => {
    const { unified = "" } = ours.images.tiny;
    const client = flavour === "lxd" ? "lxc" : "incus";
    await ours.run([client, "image", "import", unified, "--alias", "tiny"]);
    const image = await server.findImageByAlias("tiny");
    const { addresses } = await server.createContainer({ name: "c1", image }, { waitFor: "address" });
    expect(addresses[0]?.address).toMatch(/^(?:10\.|fd42:)/);
    await server.removeContainer("c1", { force: true });
  });
});
