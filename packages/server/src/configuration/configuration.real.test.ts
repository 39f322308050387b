import { generateClientCertificate } from "@lxdkit/certificates";
import { openTestbed, type Testbed } from "@lxdkit/testbed";
import { describeOnServers } from "@lxdkit/testbed/vitest";
import { connectUnix, newServerSpec } from "@lxdkit/transport";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openServer, type Server } from "../server.ts";
import { maybeOpenLocalServer, openLocalServer } from "./open-local-server.ts";
import { openRemoteServer } from "./open-remote-server.ts";

/** Ends with 0 when somebody listens on the port at the address that is given. */
const knock = `require("net").connect(8443, process.argv[1])
  .on("connect", () => process.exit(0)).on("error", () => process.exit(1))`;

describeOnServers("the configuration of a server", (real) => {
  // Of its own: what is changed here would disturb others. It listens nowhere yet.
  let bed: Testbed;
  let server: Server;

  beforeAll(async () => {
    bed = await openTestbed({ flavour: real.flavour, initialised: false });
    server = await openServer(connectUnix({ socketPath: bed.socketPath }));
  });

  afterAll(async () => {
    await server?.close();
    await bed?.close();
  });

  const config = async (): Promise<Readonly<Record<string, unknown>>> => (await server.client.getServer()).value.config;

  test("its facts are those of the machine", () => {
    expect(server).toMatchObject({
      name: "m1",
      isClustered: false,
      networkSupported: true,
      clusteringSupported: true,
      storageSupported: true,
      serverCertificate: expect.stringContaining("BEGIN CERTIFICATE"),
      hostArch: process.arch === "x64" ? "amd64" : process.arch,
    });
    expect(server.supportedArches[0]).toBe(server.hostArch);
  });

  test("the local server is found by its folder", async () => {
    for (const open of [openLocalServer, maybeOpenLocalServer]) {
      await using local = await open({ environment: bed.environment, flavour: real.flavour });
      expect(local?.version).toBe(real.version);
    }
  });

  test("keys are merged, kept when nothing changes, and removed by an empty value", async () => {
    expect(await server.updateServerConfig({ "user.a": "1", "images.auto_update_interval": "12" })).toBe(true);
    expect(await server.updateServerConfig({ "user.b": "2" })).toBe(true);
    expect(await server.updateServerConfig({ "user.a": "1" })).toBe(false);
    expect(await config()).toMatchObject({ "user.a": "1", "user.b": "2", "images.auto_update_interval": "12" });
    expect(await server.updateServerConfig({ "user.a": "", "images.auto_update_interval": "" })).toBe(true);
    expect(await config()).not.toHaveProperty("user.a");
    expect(await config()).toMatchObject({ "user.b": "2" });
  });

  test("a secret that is not shown stays when others change; Incus has no such key", async () => {
    const setting = server.updateServerConfig({ "core.trust_password": "secret" });
    const [outcome] = await Promise.allSettled([setting]);
    expect(outcome.status).toBe(real.flavour === "lxd" ? "fulfilled" : "rejected");
    const shown = real.flavour === "lxd" ? true : undefined;
    expect((await config())["core.trust_password"]).toBe(shown);
    expect(await server.updateServerConfig({ "user.c": "3" })).toBe(true);
    expect((await config())["core.trust_password"]).toBe(shown);
    expect(await server.updateServerConfig({ "core.trust_password": "" })).toBe(real.flavour === "lxd");
    expect(await config()).not.toHaveProperty("core.trust_password");
  });

  // The servers themselves would lose most of them.
  test("many who change it at once all succeed", async () => {
    const keys = Array.from({ length: 8 }, (_, at) => `user.many${String(at)}`);
    await Promise.all(keys.map((key) => server.updateServerConfig({ [key]: "1" })));
    expect(Object.keys(await config())).toEqual(expect.arrayContaining(keys));
  });

  test("what was read too long ago is not written over", async () => {
    const { etag } = await server.client.getServer();
    expect(await server.updateServerConfig({ "user.k": "1" }, { ifMatch: etag })).toBe(true);
    const late = server.updateServerConfig({ "user.k": "2" }, { ifMatch: etag });
    await expect(late).rejects.toMatchObject({ code: "ETAG_MISMATCH" });
    expect(await config()).toMatchObject({ "user.k": "1" });
  });

  test("it listens everywhere at first; afterwards what is configured stays unless told", async () => {
    expect(await server.enableHttpsListener()).toEqual({ address: "[::]", isChanged: true });
    expect((await config())["core.https_address"]).toBe("[::]");
    for (const host of ["127.0.0.1", "::1"]) await bed.run([process.execPath, "-e", knock, host]);
    const kept = await server.enableHttpsListener({ address: "127.0.0.1:9443" });
    expect(kept).toEqual({ address: "[::]", isChanged: false });
    const wanted = { address: "127.0.0.1:9443", replacesAddress: true };
    expect(await server.enableHttpsListener(wanted)).toEqual({ address: "127.0.0.1:9443", isChanged: true });
    expect(await server.enableHttpsListener()).toEqual({ address: "127.0.0.1:9443", isChanged: false });
    expect((await server.client.getServer()).value.environment?.addresses).toEqual(["127.0.0.1:9443"]);
  });

  test("a refused address leaves the old one", async () => {
    const before = (await config())["core.https_address"];
    const options = { address: "203.0.113.1:9443", replacesAddress: true };
    await expect(server.enableHttpsListener(options)).rejects.toMatchObject({ name: "ApiError" });
    expect((await config())["core.https_address"]).toBe(before);
  });

  test("a client's certificate opens the server from afar", async () => {
    const certificate = await generateClientCertificate({ name: "remote" });
    expect(await server.createClientCertificate(certificate)).toBe(true);
    expect(await server.createClientCertificate(certificate, { acceptsTrusted: true })).toBe(false);
    await expect(server.createClientCertificate(certificate)).rejects.toMatchObject({ code: "CONFLICT" });
    await server.enableHttpsListener({ address: new URL(bed.httpsUrl).host, replacesAddress: true });
    const { host, hostname } = new URL(bed.httpsUrl);
    expect(await server.waitForHttpsListener(hostname)).toBe(host);
    const wrong = server.waitForHttpsListener("203.0.113.1", { timeoutMs: 0 });
    await expect(wrong).rejects.toMatchObject({
      code: "LISTENER_NOT_REPORTED",
      message: expect.stringMatching(/on 203\.0\.113\.1 after .* on (\S+, )*[\d.]+:\d+/),
    });
    const spec = newServerSpec(bed.httpsUrl, bed.serverCertificate, certificate);
    await using remote = await openRemoteServer(spec);
    expect(remote.info.auth).toBe("trusted");
    expect(remote.serverCertificate).toBe(server.serverCertificate);
  });
});
