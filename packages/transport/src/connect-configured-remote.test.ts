import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo, Server as NetServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import {
  type Certificate,
  type CertificatePair,
  createCertificateFolder,
  createSelfSignedCertificate,
  encryptPrivateKey,
  generateClientCertificate,
} from "@lxdkit/certificates";
import { startFakeServer } from "@lxdkit/testing";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import {
  type ConfiguredConnection,
  connectConfiguredRemote,
  type ConnectConfiguredRemoteOptions,
} from "./connect-configured-remote.ts";

let pair: CertificatePair;
let client: Certificate;
let home: string;
let server: Server;
let address: string;
let environment: Record<string, string>;

beforeAll(async () => {
  pair = await createSelfSignedCertificate({ usage: "server", commonName: "s", ipAddresses: ["127.0.0.1"] });
  client = await generateClientCertificate();
});

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "lxdkit-configured-"));
  environment = { LXD_CONF: join(home, "own"), LXD_GLOBAL_CONF: join(home, "all") };
  const tls = { cert: pair.certificate, key: pair.key, requestCert: true, rejectUnauthorized: false };
  server = createServer(tls, (request, response) => {
    const shown = (request.socket as TLSSocket).getPeerX509Certificate()?.fingerprint256;
    response.end(JSON.stringify({ type: "sync", metadata: shown ?? "nobody" }));
  });
  address = await listen(server);
  await configure(`remotes: {a: {addr: "https://${address}"}}`);
  await createCertificateFolder(join(home, "own")).writeKeyPair(client);
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(home, { recursive: true });
});

async function listen(listening: NetServer): Promise<string> {
  await once(listening.listen(0, "127.0.0.1"), "listening");
  return `127.0.0.1:${String((listening.address() as AddressInfo).port)}`;
}

async function configure(text: string): Promise<void> {
  await mkdir(join(home, "own"), { recursive: true });
  await writeFile(join(home, "own/config.yml"), text);
}

function connect(
  name: string | undefined = "a",
  options: Partial<ConnectConfiguredRemoteOptions> = {},
): Promise<ConfiguredConnection> {
  return connectConfiguredRemote(name, { flavour: "lxd", environment, ...options });
}

/** Whom the server sees behind the connection to a remote. */
async function seen(name?: string, options: Partial<ConnectConfiguredRemoteOptions> = {}): Promise<unknown> {
  await using connection = (await connect(name, options)).connection;
  return (await connection.request({ method: "GET", path: "/1.0" })).envelope.metadata;
}

function pin(folder: string, pem: string, name = "a"): Promise<void> {
  return createCertificateFolder(join(home, folder)).writeServerCertificate(name, pem);
}

test("the user's pin and key pair are used", async () => {
  await pin("own", pair.certificate);
  expect(await seen()).toBe(client.x509().fingerprint256);
});

test("a pin in the folder for all users counts where the user has none", async () => {
  await pin("all", pair.certificate);
  expect(await seen()).toBe(client.x509().fingerprint256);
  await pin("own", client.certificatePem);
  await expect(seen()).rejects.toMatchObject({ code: "TLS_PIN_MISMATCH" });
});

test("without a pin the server must be trusted, by Node or by client.ca", async () => {
  await expect(seen()).rejects.toMatchObject({ code: "TLS_UNTRUSTED", hint: expect.stringContaining("Pin") });
  await writeFile(join(home, "own/client.ca"), pair.certificate);
  expect(await seen()).toBe(client.x509().fingerprint256);
});

test("an encrypted key is asked for its pass phrase, or is an error", async () => {
  await pin("own", pair.certificate);
  await writeFile(join(home, "own/client.key"), encryptPrivateKey(client.keyPem, "pass"));
  await expect(connect()).rejects.toMatchObject({ code: "PASSPHRASE_NEEDED" });
  expect(await seen("a", { askPassphrase: () => "pass" })).toBe(client.x509().fingerprint256);
  await expect(connect("a", { askPassphrase: () => "other" })).rejects.toMatchObject({ code: "WRONG_PASSPHRASE" });
});

test("a missing key pair, and half of one, say so", async () => {
  await pin("own", pair.certificate);
  await rm(join(home, "own/client.key"));
  await expect(connect()).rejects.toMatchObject({ code: "KEY_MISSING" });
  await rm(join(home, "own/client.crt"));
  await expect(connect()).rejects.toMatchObject({ code: "CERTIFICATE_MISSING", address: join(home, "own") });
});

test("a public remote is shown no certificate and needs none", async () => {
  await configure(`remotes: {a: {addr: "https://${address}", public: true, auth_type: candid}}`);
  await pin("own", pair.certificate);
  expect(await seen()).toBe("nobody");
  await rm(join(home, "own/client.key"));
  expect(await seen()).toBe("nobody");
});

test.each([
  ["candid", "UNSUPPORTED_AUTH"],
  ["oidc", "UNSUPPORTED_AUTH"],
])("a remote that is logged in to with %s says so", async (auth, code) => {
  await configure(`remotes: {a: {addr: "https://${address}", auth_type: ${auth}}}`);
  await expect(connect()).rejects.toMatchObject({ code, message: expect.stringContaining(auth) });
});

test("remotes that cannot be connected to say so", async () => {
  await configure(
    `remotes: {streams: {addr: "https://h", protocol: simplestreams}, bad: {addr: "a b"}, none: {}, "x/y": {addr: "h"}}`,
  );
  await expect(connect("streams")).rejects.toMatchObject({ code: "BAD_PROTOCOL" });
  await expect(connect("ubuntu")).rejects.toMatchObject({ code: "BAD_PROTOCOL" });
  await expect(connect("bad")).rejects.toMatchObject({ code: "BAD_ADDRESS" });
  await expect(connect("none")).rejects.toMatchObject({ code: "BAD_ADDRESS" });
  await expect(connect("x/y")).rejects.toMatchObject({ code: "BAD_REMOTE_NAME" });
  await expect(connect("nope")).rejects.toMatchObject({ code: "REMOTE_NOT_FOUND" });
  await configure("remotes: [");
  await expect(connect()).rejects.toMatchObject({ code: "BAD_CONFIG" });
});

test("an address without a port is that of HTTPS, as for the programs", async () => {
  await configure(`remotes: {a: {addr: "https://127.0.0.1"}, b: {addr: "[fe80::1%25eth0]:8443"}}`);
  await using connection = (await connect()).connection;
  expect(connection.address).toBe("https://127.0.0.1:443");
  await using zoned = (await connect("b")).connection;
  expect(zoned.address).toBe("https://[fe80::1%25eth0]:8443");
});

test("the project is the caller's, then that of the environment of Incus, then the remote's", async () => {
  const project = async (options: Partial<ConnectConfiguredRemoteOptions> = {}): Promise<unknown> => {
    const configured = await connect("a", options);
    await configured.connection.close();
    return configured.project;
  };
  expect(await project()).toBeUndefined();
  await configure(`remotes: {a: {addr: "https://${address}", project: of-remote}}`);
  environment["INCUS_CONF"] = join(home, "own");
  environment["INCUS_PROJECT"] = "of-environment";
  expect(await project()).toBe("of-remote");
  expect(await project({ flavour: "incus" })).toBe("of-environment");
  expect(await project({ flavour: "incus", project: "asked" })).toBe("asked");
});

test("the environment's proxy is used unless the caller says otherwise", async () => {
  const asked: unknown[] = [];
  const proxy = createHttpServer();
  proxy.on("connect", (request, socket) => {
    asked.push(request.url);
    socket.end("HTTP/1.1 403 No\r\n\r\n");
  });
  environment["HTTPS_PROXY"] = await listen(proxy);
  await configure(`remotes: {a: {addr: "https://server.invalid:8443"}}`);
  try {
    await expect(seen()).rejects.toMatchObject({ code: "PROXY_REFUSED", proxyStatus: 403 });
    expect(asked).toEqual(["server.invalid:8443"]);
    await expect(seen("a", { proxy: false })).rejects.toMatchObject({ code: "HOST_NOT_FOUND" });
    expect(asked).toHaveLength(1);
  } finally {
    proxy.close();
  }
});

test("unix addresses lead to a socket: the local server's, or the one that is named", async () => {
  await using fake = await startFakeServer({ flavour: "incus" });
  environment = { ...environment, INCUS_CONF: join(home, "own"), INCUS_SOCKET: fake.socketPath };
  const { socketPath } = fake;
  await configure(
    `remotes: {path: {addr: "unix:${socketPath}"}, slashes: {addr: "unix://${socketPath}"}, local: {project: p}}`,
  );
  for (const name of ["path", "slashes", "local", undefined]) {
    const { connection, project, remote } = await connectConfiguredRemote(name, { flavour: "incus", environment });
    await using open = connection;
    expect(open.address).toBe(socketPath);
    expect(await open.request({ method: "GET", path: "/1.0" })).toMatchObject({ status: 200 });
    expect(project).toBe(remote.name === "local" ? "p" : undefined);
  }
});

test("an abort rejects with its own reason", async () => {
  const reason = new Error("enough");
  await expect(connect("a", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});
