import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect as connectTcp, type Socket } from "node:net";
import { certificateFingerprint, createSelfSignedCertificate, generateClientCertificate } from "@lxdkit/certificates";
import { describeOnServers } from "@lxdkit/testbed/vitest";
import { expect, test } from "vitest";
import { connectHttps, type ConnectHttpsOptions } from "./connect-https.ts";
import type { Connection } from "./connection.ts";
import { connectRemote } from "./connect-remote.ts";
import { readServerCertificate } from "./read-server-certificate.ts";
import { newInsecureServerSpec, newServerSpec } from "./server-spec.ts";

const get = { method: "GET", path: "/1.0" } as const;

describeOnServers("HTTPS", ({ httpsUrl: address, serverCertificate, flavour, trust }) => {
  /** What the server says of the caller, or the code of the failure. */
  async function auth(options: Omit<ConnectHttpsOptions, "address">): Promise<unknown> {
    await using connection = connectHttps({ address, ...options });
    return await connection.request(get).then(
      ({ envelope }) => (envelope.metadata as { auth: string }).auth,
      (error: unknown) => (error as { code: string }).code,
    );
  }

  test("the server shows the certificate that it has; pinned as PEM or by fingerprint it is accepted", async () => {
    const fingerprint = certificateFingerprint(serverCertificate);
    expect(await readServerCertificate(address)).toEqual({
      serverCertificate: expect.stringContaining("BEGIN CERTIFICATE"),
      fingerprint,
    });
    expect(await auth({ serverCertificate })).toBe("untrusted");
    expect(await auth({ serverFingerprint: fingerprint })).toBe("untrusted");
    expect(await auth({ serverCertificate, serverFingerprint: fingerprint })).toBe("untrusted");
  });

  test("a wrong pin is refused, and so is a server that nobody vouches for, unless that is asked for", async () => {
    const other = await createSelfSignedCertificate({ usage: "server", commonName: "other" });
    expect(await auth({ serverCertificate: other.certificate })).toBe("TLS_PIN_MISMATCH");
    const serverFingerprint = certificateFingerprint(other.certificate);
    expect(await auth({ serverFingerprint })).toBe("TLS_PIN_MISMATCH");
    expect(await auth({})).toBe("TLS_UNTRUSTED");
    expect(await auth({ ca: other.certificate })).toBe("TLS_UNTRUSTED");
    expect(await auth({ insecure: true })).toBe("untrusted");
    await using system = connectHttps({ address });
    await expect(system.request(get)).rejects.toMatchObject({ hint: expect.stringContaining("Pin the certificate") });
  });

  test("the server's own certificate as authority is enough for the names that it has", async () => {
    // Real servers name 127.0.0.1 in the certificates that they make for themselves.
    expect(await auth({ ca: serverCertificate })).toBe("untrusted");
  });

  test("a client is trusted once the server knows its certificate", async () => {
    const clientCertificate = await generateClientCertificate({ name: "transport@https" });
    expect(await auth({ serverCertificate, clientCertificate })).toBe("untrusted");
    await trust(clientCertificate.certificatePem, { name: "transport-https" });
    expect(await auth({ serverCertificate, clientCertificate })).toBe("trusted");
    expect(await auth({ insecure: true, clientCertificate })).toBe("trusted");

    await using bySpec = connectRemote(newServerSpec(address, serverCertificate, clientCertificate));
    expect((await bySpec.request(get)).envelope.metadata).toMatchObject({ auth: "trusted" });
    await using stranger = connectRemote(newInsecureServerSpec(address));
    await expect(stranger.request({ method: "GET", path: "/1.0/instances" })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
  });

  test("events come over HTTPS: the server pings at once, and tells what happens", async () => {
    await using connection = await trusted("events");
    expect(await watchedCreation(connection, `transport-events-${flavour}`)).toBe("profile-created");
  });

  test("requests and events come through a proxy, which sees nothing of them", async () => {
    const passed: Buffer[] = [];
    const proxy = createServer();
    proxy.on("connect", (request, socket: Socket) => {
      const { hostname, port } = new URL(`https://${request.url ?? ""}`);
      const onwards = connectTcp(Number(port), hostname, () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        socket.pipe(onwards).pipe(socket);
      });
      socket.on("data", (chunk: Buffer) => passed.push(chunk)).on("error", () => onwards.destroy());
      onwards.on("error", () => socket.destroy());
    });
    await once(proxy.listen(0, "127.0.0.1"), "listening");
    try {
      const through = `http://127.0.0.1:${String((proxy.address() as AddressInfo).port)}`;
      await using connection = await trusted("proxy", through);
      const name = `transport-proxy-${flavour}`;
      expect(await watchedCreation(connection, name)).toBe("profile-created");
      const bytes = Buffer.concat(passed);
      expect(bytes.length).toBeGreaterThan(1000);
      expect(bytes.includes(name)).toBe(false);
    } finally {
      proxy.closeAllConnections();
      proxy.close();
    }
  });

  /** A connection with a client certificate that the server trusts. */
  async function trusted(name: string, proxy?: string): Promise<Connection> {
    const clientCertificate = await generateClientCertificate({ name: `transport@${name}` });
    await trust(clientCertificate.certificatePem, { name: `transport-${name}` });
    return connectHttps({ address, serverCertificate, clientCertificate, proxy });
  }

  /** What the events tell when a profile is made; waits for the first ping before. */
  async function watchedCreation(connection: Connection, name: string): Promise<unknown> {
    let onPing = (): void => undefined;
    let onMessage = (_text: string): void => undefined;
    const isPinged = new Promise<void>((resolve) => {
      onPing = resolve;
    });
    const action = new Promise((resolve) => {
      onMessage = (text) => {
        const { metadata } = JSON.parse(text) as { metadata: { action: string; source: string } };
        // Other tests change the same server.
        if (metadata.source.includes(name)) resolve(metadata.action);
      };
    });
    const socket = await connection.openWebSocket("/1.0/events", {
      query: { type: "lifecycle" },
      onPing: () => {
        onPing();
      },
      onMessage: (text) => {
        onMessage(text);
      },
      onClose: () => undefined,
    });
    await isPinged;
    await connection.request({ method: "POST", path: "/1.0/profiles", body: { name } });
    const seen = await action;
    await connection.request({ method: "DELETE", path: `/1.0/profiles/${name}` });
    socket.close();
    return seen;
  }
});
