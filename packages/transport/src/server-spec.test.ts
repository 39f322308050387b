import { inspect } from "node:util";
import { type Certificate, createCertificate, createSelfSignedCertificate } from "@lxdkit/certificates";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { cloudImagesDailyRemote, cloudImagesRemote, lxdImagesRemote } from "./predefined-remotes.ts";
import {
  createServerSpec,
  makeSimpleStreamsServerSpec,
  newInsecureServerSpec,
  newServerSpec,
  type ServerSpec,
  type ServerSpecInit,
} from "./server-spec.ts";

// The numbers in the names are those of the cases of connections.
const certificate = { certificate: "c", key: "k" };
let client: Certificate;
let serverPem: string;

beforeAll(async () => {
  const pair = await createSelfSignedCertificate({ usage: "client", commonName: "c" });
  client = createCertificate({ certificatePem: pair.certificate, keyPem: pair.key });
  serverPem = (await createSelfSignedCertificate({ usage: "server", commonName: "s" })).certificate;
});

function codeOf(spec: ServerSpec): unknown {
  try {
    spec.validate();
    return "valid";
  } catch (error) {
    return error instanceof TypeError ? "TypeError" : (error as { code: unknown }).code;
  }
}

test("row 8: newServerSpec takes host, server certificate, client certificate and key", () => {
  const spec = newServerSpec("http://h", "s", createCertificate({ certificatePem: "c", keyPem: "k" }));
  const { name, host, protocol, serverCertificate, clientCertificate } = spec;
  expect({ name, host, protocol, serverCertificate }).toEqual({
    name: "",
    host: "https://h",
    protocol: "",
    serverCertificate: "s",
  });
  expect([clientCertificate?.certificate, clientCertificate?.key]).toEqual(["c", "k"]);
  // The original believes any text; ours wants certificates.
  expect(codeOf(spec)).toBe("BAD_PEM");
  expect(codeOf(newServerSpec("http://h", serverPem, client))).toBe("valid");
});

test("row 9: makeSimpleStreamsServerSpec takes name and host", () => {
  const spec = makeSimpleStreamsServerSpec("n", "h");
  expect(spec).toMatchObject({ name: "n", host: "https://h", protocol: "simplestreams", skipGetServer: false });
  expect(spec).not.toHaveProperty("insecure");
});

test("row 10: newInsecureServerSpec turns verification off", () => {
  expect(newInsecureServerSpec("h")).toMatchObject({ host: "https://h", insecure: true });
});

test("row 11: the builders set everything and leave the original as it was", () => {
  const original = newInsecureServerSpec("h");
  const proxy = (): string => "http://p";
  const built = original.withClientCertificate(certificate).withProxy(proxy).withSkipGetServer(true);
  expect(built).toMatchObject({ host: "https://h", insecure: true, proxy, skipGetServer: true });
  expect([built.clientCertificate?.certificate, built.clientCertificate?.key]).toEqual(["c", "k"]);
  expect(original.proxy).toBeUndefined();
  expect(original.clientCertificate).toBeUndefined();
  expect(original.skipGetServer).toBe(false);
  expect(built.withProxy(undefined).withClientCertificate(undefined).withSkipGetServer(false)).toMatchObject({
    proxy: undefined,
    clientCertificate: undefined,
    skipGetServer: false,
  });
});

test("row 12: validate passes what can be connected to; the original passes everything", () => {
  expect(codeOf(newInsecureServerSpec("h"))).toBe("valid");
  expect(codeOf(newInsecureServerSpec("h").withClientCertificate(client).withProxy("p:1"))).toBe("valid");
  expect(codeOf(createServerSpec({ host: "[fe80::1%25eth0]:1", protocol: "incus" }))).toBe("valid");
  expect(codeOf(cloudImagesRemote.withClientCertificate(client))).toBe("valid");
});

test.each<[Omit<ServerSpecInit, "host"> & { readonly host?: string }, string]>([
  [{ host: "" }, "BAD_ADDRESS"],
  [{ host: "a b" }, "BAD_ADDRESS"],
  [{ host: "user:pw@h" }, "BAD_ADDRESS"],
  [{ host: "h/path" }, "BAD_ADDRESS"],
  [{ host: "h/path", protocol: "simplestreams" }, "valid"],
  [{ host: "/path", protocol: "simplestreams" }, "BAD_ADDRESS"],
  [{ protocol: "lxd" }, "valid"],
  [{ protocol: "LXD" }, "BAD_PROTOCOL"],
  [{ serverCertificate: "text" }, "BAD_PEM"],
  [{ serverFingerprint: "abc" }, "BAD_FINGERPRINT"],
  [{ serverFingerprint: "ab".repeat(32) }, "valid"],
  [{ serverFingerprint: "ab".repeat(32), insecure: true }, "TypeError"],
  [{ serverFingerprint: "ab".repeat(32), protocol: "simplestreams" }, "TypeError"],
  [{ ca: "text" }, "BAD_PEM"],
  [{ clientCertificate: { certificate: "", key: "k" } }, "CERTIFICATE_MISSING"],
  [{ clientCertificate: { certificate: "c", key: "" } }, "KEY_MISSING"],
  [{ proxy: "socks5://p" }, "BAD_PROXY"],
])("row 12, ours: %j is %s", (init, code) => {
  expect(codeOf(createServerSpec({ host: "h", ...init }))).toBe(code);
});

test("a key that does not belong to its certificate is refused", async () => {
  const { key } = await createSelfSignedCertificate({ usage: "client", commonName: "other" });
  const spec = newInsecureServerSpec("h").withClientCertificate({ certificate: client.certificatePem, key });
  expect(codeOf(spec)).toBe("KEY_MISMATCH");
});

test("row 15 of the regressions: a builder on a predefined remote works, and that one stays as it is", () => {
  const spec = cloudImagesRemote.withProxy("http://p").withSkipGetServer(true);
  expect(spec).toMatchObject({ name: "cloud-images.ubuntu.com", proxy: "http://p", skipGetServer: true });
  expect(cloudImagesRemote.proxy).toBeUndefined();
  expect(cloudImagesRemote.skipGetServer).toBe(false);
});

test("the predefined remotes are where their images are", () => {
  expect(
    [cloudImagesRemote, cloudImagesDailyRemote, lxdImagesRemote].map(({ name, host, protocol }) => [
      name,
      host,
      protocol,
    ]),
  ).toEqual([
    ["cloud-images.ubuntu.com", "https://cloud-images.ubuntu.com/releases", "simplestreams"],
    ["cloud-images.ubuntu.com", "https://cloud-images.ubuntu.com/daily", "simplestreams"],
    ["images.lxd.canonical.com", "https://images.lxd.canonical.com", "simplestreams"],
  ]);
  for (const spec of [cloudImagesRemote, cloudImagesDailyRemote, lxdImagesRemote]) expect(codeOf(spec)).toBe("valid");
});

test("a spec cannot be changed, not even by who gave its parts", () => {
  const given = { certificate: "c", key: "k" };
  const spec = newServerSpec("h", "s", given);
  given.key = "other";
  expect(spec.clientCertificate?.key).toBe("k");
  expect(Object.isFrozen(spec)).toBe(true);
  expect(Object.isFrozen(spec.clientCertificate)).toBe(true);
});

test("whatever the builders are called with and in which order, each sets its part and no other", () => {
  const step = fc.oneof(
    fc.record({ skipGetServer: fc.boolean() }),
    fc.record({ proxy: fc.constantFrom("p:1", "p:2", undefined) }),
    fc.record({ key: fc.constantFrom("a", "b") }),
  );
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      let spec = newInsecureServerSpec("h");
      const wanted: { skipGetServer: boolean; proxy?: string | undefined; key?: string } = { skipGetServer: false };
      for (const one of steps) {
        const before = JSON.stringify(spec);
        const next =
          "skipGetServer" in one
            ? spec.withSkipGetServer(one.skipGetServer)
            : "key" in one
              ? spec.withClientCertificate({ certificate: "c", key: one.key })
              : spec.withProxy(one.proxy);
        expect(JSON.stringify(spec)).toBe(before);
        spec = next;
        Object.assign(wanted, one);
      }
      const { skipGetServer, proxy, clientCertificate, insecure, host } = spec;
      expect({ skipGetServer, proxy, key: clientCertificate?.key }).toEqual({
        proxy: undefined,
        key: undefined,
        ...wanted,
      });
      expect([insecure, host]).toEqual([true, "https://h"]);
    }),
  );
});

test("showing a spec shows no secrets", () => {
  const secret = "hidden";
  const specs = [
    newServerSpec("h", "s", { certificate: "c", key: secret }).withProxy(`http://u:${secret}@p`),
    newServerSpec("h", "s", createCertificate({ certificatePem: "c", keyPem: secret })),
    newInsecureServerSpec("h").withProxy({ environment: { HTTPS_PROXY: `http://u:${secret}@p` } }),
  ];
  for (const spec of specs) {
    const views = [inspect(spec, { depth: 9, showHidden: true }), JSON.stringify(spec), inspect([{ spec }])];
    for (const view of [...views, inspect(spec.clientCertificate), JSON.stringify(spec.clientCertificate ?? "")]) {
      expect(view).not.toContain(secret);
    }
    expect(views[0]).toContain("https://h");
  }
});
