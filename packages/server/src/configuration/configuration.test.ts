import { generateClientCertificate, newCertificate } from "@lxdkit/certificates";
import { type FakeServer, type FakeServerOptions, startFakeServer } from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { describe, expect, test } from "vitest";
import { openServer, type Server } from "../server.ts";

interface Stage extends AsyncDisposable {
  readonly fake: FakeServer;
  readonly server: Server;
  /** What was asked since the server was opened, for example `PUT {"config":{"core.https_address":"[::]"}}`. */
  asked(): string[];
}

async function stage(options: FakeServerOptions): Promise<Stage> {
  const fake = await startFakeServer({ httpsPort: 0, ...options });
  const server = await openServer(connectUnix({ socketPath: fake.socketPath }));
  const seen = fake.requests.length;
  return {
    fake,
    server,
    asked: () =>
      fake.requests.slice(seen).map(({ method, path, body }) => {
        expect(path).toMatch(/^\/1\.0(\/certificates)?$/);
        return body === undefined ? method : `${method} ${JSON.stringify(body)}`;
      }),
    async [Symbol.asyncDispose]() {
      await server.close();
      await fake.close();
    },
  };
}

const etag = /^"[0-9a-f]{64}"$/;
const listenOn = (address: string): string => `PUT ${JSON.stringify({ config: { "core.https_address": address } })}`;

// The numbers are those of the cases of the server object.
describe.each(["lxd", "incus"] as const)("on %s", (flavour) => {
  test("row 8: keys are merged under the ETag; nothing is written when they are set already", async () => {
    await using at = await stage({ flavour });
    expect(await at.server.updateServerConfig({ "user.k": "v" })).toBe(true);
    expect(at.asked()).toEqual(["GET", 'PUT {"config":{"user.k":"v"}}']);
    expect(at.fake.requests.at(-1)?.headers["if-match"]).toMatch(etag);
    expect(await at.server.updateServerConfig({ "user.k": "v", "user.gone": "" })).toBe(false);
    expect(at.asked()).toHaveLength(3);
    expect(await at.server.updateServerConfig({ "user.l": "w" })).toBe(true);
    expect(await at.server.updateServerConfig({ "user.k": "" })).toBe(true);
    expect((await at.server.client.getServer()).value.config).toEqual({ "user.l": "w" });
  });

  test("row 9: a failed reading writes nothing", async () => {
    await using at = await stage({ flavour });
    at.fake.failRequest({ method: "GET", path: "/1.0", status: 500, error: "bad" });
    await expect(at.server.updateServerConfig({ "user.k": "v" })).rejects.toMatchObject({ serverMessage: "bad" });
    expect(at.asked()).toEqual(["GET"]);
  });

  test("row 5 of the regressions: overtaken once, it reads again and keeps what the other one wrote", async () => {
    await using at = await stage({ flavour });
    at.fake.failRequest({ method: "PUT", path: "/1.0", status: 412, error: "Precondition failed" });
    const isWritten = at.server.updateServerConfig({ "user.k": "v" });
    await at.server.client.patchServer({ config: { "user.other": "1" } });
    expect(await isWritten).toBe(true);
    expect((await at.server.client.getServer()).value.config).toEqual({ "user.k": "v", "user.other": "1" });
  });

  test("changes at the same time are done in turn", async () => {
    await using at = await stage({ flavour });
    const keys = ["user.a", "user.b", "user.c", "user.d"];
    await Promise.all(keys.map((key) => at.server.updateServerConfig({ [key]: "1" })));
    expect(at.asked().map((request) => request.slice(0, 3))).toEqual(keys.flatMap(() => ["GET", "PUT"]));
    expect(Object.keys((await at.server.client.getServer()).value.config)).toEqual(keys);
  });

  test("row 11: a server that listens nowhere listens everywhere, and reports it", async () => {
    await using at = await stage({ flavour });
    expect(await at.server.enableHttpsListener()).toEqual({ address: "[::]", isChanged: true });
    expect(at.asked()).toEqual(["GET", listenOn("[::]")]);
    expect(at.fake.requests.at(-1)?.headers["if-match"]).toMatch(etag);
    expect(at.fake.httpsUrl).toMatch(/^https:\/\/\[::\]:\d+$/);
    expect(await at.server.enableHttpsListener()).toEqual({ address: "[::]", isChanged: false });
    expect(at.asked()).toHaveLength(3);
  });

  test("row 12 and row 6 of the regressions: without IPv6 in the kernel, on IPv4", async () => {
    await using at = await stage({ flavour });
    const error = "listen tcp [::]:8443: socket: address family not supported by protocol";
    at.fake.failRequest({ method: "PUT", path: "/1.0", status: 500, error });
    expect(await at.server.enableHttpsListener()).toEqual({ address: "0.0.0.0", isChanged: true });
    expect(at.asked()).toEqual(["GET", listenOn("[::]"), "GET", listenOn("0.0.0.0")]);
  });

  test("so it does when the server kept what it refused", async () => {
    await using at = await stage({ flavour });
    const error = "listen tcp [::]:8443: socket: address family not supported by protocol";
    at.fake.failRequest({ method: "PUT", path: "/1.0", status: 500, error, when: "after" });
    expect(await at.server.enableHttpsListener()).toEqual({ address: "0.0.0.0", isChanged: true });
    expect(at.asked()).toEqual(["GET", listenOn("[::]"), "GET", listenOn("0.0.0.0")]);
  });

  test("row 13: a failed reading is the result", async () => {
    await using at = await stage({ flavour });
    at.fake.failRequest({ method: "GET", path: "/1.0", status: 500, error: "bad" });
    await expect(at.server.enableHttpsListener()).rejects.toMatchObject({ serverMessage: "bad" });
    expect(at.asked()).toEqual(["GET"]);
  });

  // The original ends after the second request. Ours looks whether the server kept what it refused.
  test("row 14: any other refusal is the result, and no other address is tried", async () => {
    await using at = await stage({ flavour });
    at.fake.failRequest({ method: "PUT", path: "/1.0", status: 500, error: "bad" });
    await expect(at.server.enableHttpsListener()).rejects.toMatchObject({ serverMessage: "bad" });
    expect(at.asked()).toEqual(["GET", listenOn("[::]"), "GET"]);
  });

  test("an address that the server refused and kept is taken back", async () => {
    await using at = await stage({ flavour });
    at.fake.failRequest({ method: "PUT", path: "/1.0", status: 500, error: "bad", when: "after" });
    await expect(at.server.enableHttpsListener()).rejects.toMatchObject({ serverMessage: "bad" });
    expect(at.asked()).toEqual(["GET", listenOn("[::]"), "GET", listenOn("")]);
    expect(at.fake.httpsUrl).toBeUndefined();
    at.fake.failRequest({ method: "PUT", path: "/1.0", every: 1, status: 500, error: "bad", when: "after" });
    const error: unknown = await at.server.enableHttpsListener().catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "CLEANUP_FAILED", errors: [{ status: 500 }, { status: 500 }] });
  });

  test.each(["GET", "PUT"])("row 15: the %s for the IPv4 address fails", async (method) => {
    await using at = await stage({ flavour });
    const error = "any error ending in socket: address family not supported by protocol";
    at.fake.failRequest({ method: "PUT", path: "/1.0", status: 500, error });
    at.fake.failRequest({ method, path: "/1.0", nth: 2, status: 500, error: "bad" });
    await expect(at.server.enableHttpsListener()).rejects.toMatchObject({ serverMessage: "bad" });
    expect(at.asked().slice(0, 4)).toEqual([
      "GET",
      listenOn("[::]"),
      "GET",
      method === "GET" ? "GET" : listenOn("0.0.0.0"),
    ]);
    expect(at.fake.httpsUrl).toBeUndefined();
  });

  test("row 7 of the regressions: an address that somebody chose stays, also when another one is given", async () => {
    await using at = await stage({ flavour });
    const chosen = "127.0.0.1:0";
    await at.server.updateServerConfig({ "core.https_address": chosen });
    for (const options of [{}, { address: "127.0.0.2" }]) {
      expect(await at.server.enableHttpsListener(options)).toEqual({ address: chosen, isChanged: false });
    }
    expect(at.asked()).toEqual(["GET", listenOn(chosen), "GET", "GET"]);
    const replaced = await at.server.enableHttpsListener({ address: "127.0.0.2", replacesAddress: true });
    expect(replaced).toEqual({ address: "127.0.0.2", isChanged: true });
    expect(at.fake.httpsUrl).toMatch(/^https:\/\/127\.0\.0\.2:\d+$/);
  });

  test("a given address is never exchanged for another one", async () => {
    await using at = await stage({ flavour });
    const error = "listen tcp [fd00::1]:8443: socket: address family not supported by protocol";
    at.fake.failRequest({ method: "PUT", path: "/1.0", status: 500, error });
    await expect(at.server.enableHttpsListener({ address: "[fd00::1]" })).rejects.toMatchObject({ status: 500 });
    expect(at.asked()).toEqual(["GET", listenOn("[fd00::1]"), "GET"]);
  });

  // Row 16 of the cases of certificates.
  test("a client's certificate is trusted by one request; a second time only when that is accepted", async () => {
    await using at = await stage({ flavour });
    const certificate = await generateClientCertificate({ name: "juju-client-cert" });
    expect(await at.server.createClientCertificate(certificate)).toBe(true);
    expect(at.asked()).toEqual([`POST ${JSON.stringify(certificate.asCreateRequest())}`]);
    await expect(at.server.createClientCertificate(certificate)).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await at.server.createClientCertificate(certificate, { acceptsTrusted: true })).toBe(false);
    const other = await generateClientCertificate({ name: "other" });
    await at.server.createClientCertificate(other, { projects: ["default"] });
    const { value } = await at.server.client.certificates.get(other.fingerprint());
    expect(value).toMatchObject({ name: "other", restricted: true, projects: ["default"] });
  });

  // Row 17 of the cases of certificates.
  test("a certificate that is none sends nothing", async () => {
    await using at = await stage({ flavour });
    const broken = at.server.createClientCertificate(newCertificate("some-invalid-pem", "key"));
    await expect(broken).rejects.toMatchObject({ code: "BAD_PEM" });
    expect(at.asked()).toEqual([]);
  });
});
