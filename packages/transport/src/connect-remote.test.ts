import { type CertificatePair, createSelfSignedCertificate } from "@lxdkit/certificates";
import { startFakeServer, withCertificate } from "@lxdkit/testing";
import { beforeAll, expect, test } from "vitest";
import { type ConnectImageRemote, connectImageRemote, connectRemote } from "./connect-remote.ts";
import { cloudImagesRemote } from "./predefined-remotes.ts";
import { createServerSpec, makeSimpleStreamsServerSpec, newInsecureServerSpec, newServerSpec } from "./server-spec.ts";

// The numbers in the names are those of the cases of connections.
let pair: CertificatePair;

beforeAll(async () => {
  pair = await createSelfSignedCertificate({ usage: "client", commonName: "c" });
});

test("row 6: connectImageRemote refuses a protocol that it does not know", () => {
  expect(() => connectImageRemote(createServerSpec({ host: "h", protocol: "FOOBAR" }))).toThrow(
    expect.objectContaining({
      code: "BAD_PROTOCOL",
      message: expect.stringContaining("bad protocol supplied for connection: FOOBAR"),
    }),
  );
  // An empty one is none of the two either.
  expect(() => connectImageRemote(newInsecureServerSpec("h"))).toThrow(
    expect.objectContaining({ code: "BAD_PROTOCOL", message: "bad protocol supplied for connection: " }),
  );
});

test("row 7: connectRemote refuses a host that cannot be read", () => {
  expect(() => connectRemote(newInsecureServerSpec("some where"))).toThrow(
    expect.objectContaining({ code: "BAD_ADDRESS" }),
  );
});

test("row 13: connectRemote reads the host as ensureHostPort does", async () => {
  await using connection = connectRemote(newInsecureServerSpec("http://somewhere/"));
  expect(connection.address).toBe("https://somewhere:8443");
});

test("connectRemote talks to the server that the spec describes", async () => {
  const { certificate } = pair;
  await using fake = await startFakeServer({ https: true, setup: [withCertificate({ certificate })] });
  const { host } = new URL(fake.httpsUrl ?? "");
  await using connection = connectRemote(newServerSpec(host, await fake.certificate(), pair), { maxSockets: 1 });
  const info = (await connection.request({ method: "GET", path: "/1.0" })).envelope.metadata;
  expect(info).toMatchObject({ auth: "trusted" });
  const image = connectImageRemote(createServerSpec({ host, protocol: "incus", insecure: true }));
  if (image.protocol === "simplestreams") throw new Error("not a server of images");
  await using images = image.connection;
  expect((await images.request({ method: "GET", path: "/1.0/images" })).envelope.metadata).toEqual([]);
});

test("an image server that speaks the API is reached at the address as it is, without 8443", async () => {
  for (const protocol of ["lxd", "incus"] as const) {
    const remote = connectImageRemote(createServerSpec({ host: "h", protocol, insecure: true }));
    expect(remote.protocol).toBe(protocol);
    if (remote.protocol === "simplestreams") continue;
    expect(remote.connection.address).toBe("https://h:443");
    await remote.connection.close();
  }
});

test("a simplestreams server is told, and left to who can read it", () => {
  const spec = makeSimpleStreamsServerSpec("n", "h/path").withProxy("http://p");
  expect(connectImageRemote(spec)).toEqual({
    protocol: "simplestreams",
    url: "https://h/path",
    ca: undefined,
    proxy: "http://p",
  });
  expect(() => connectRemote(cloudImagesRemote)).toThrow(expect.objectContaining({ code: "BAD_PROTOCOL" }));
});

test("who takes it as a parameter can be given another one", () => {
  const connect: ConnectImageRemote = ({ host: url, ca, proxy }) => ({ protocol: "simplestreams", url, ca, proxy });
  expect(connect(cloudImagesRemote)).toMatchObject(connectImageRemote(cloudImagesRemote));
});
