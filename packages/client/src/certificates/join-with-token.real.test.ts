import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { createSelfSignedCertificate, generateClientCertificate } from "@lxdkit/certificates";
import { describeOnServers } from "@lxdkit/testbed/vitest";
import { connectUnix } from "@lxdkit/transport";
import { expect, onTestFinished, test } from "vitest";
import { type Client, createClient } from "../client.ts";
import { joinWithToken, type JoinWithTokenOptions } from "./join-with-token.ts";

/** Listens on a free port until the test ends, and gives the address. */
async function listen(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  return `127.0.0.1:${String(typeof address === "object" ? address?.port : address)}`;
}

/** A server whose certificate is its own, and what it was sent. */
async function startStranger(): Promise<{ readonly address: string; readonly received: Buffer[] }> {
  const { certificate: cert, key } = await createSelfSignedCertificate({ usage: "server", commonName: "stranger" });
  const received: Buffer[] = [];
  const server = createTlsServer({ cert, key }, (socket) => {
    socket.on("data", (bytes: Buffer) => received.push(bytes)).on("error", () => undefined);
  });
  return { address: await listen(server), received };
}

/** A server that accepts connections and says nothing. */
async function startSilent(): Promise<{ readonly address: string; readonly sockets: Socket[] }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    // Read, or it would not be noticed that the other side hangs up.
    sockets.push(socket.on("error", () => undefined).resume());
  });
  return { address: await listen(server), sockets };
}

describeOnServers("joining with a token", (real) => {
  const admin = (): Client => {
    const connection = connectUnix({ socketPath: real.socketPath });
    onTestFinished(() => connection.close());
    return createClient(connection);
  };
  const caller = async (): Promise<JoinWithTokenOptions & { readonly fingerprint: string }> => {
    const certificate = await generateClientCertificate({ name: "joiner" });
    return {
      fingerprint: certificate.fingerprint(),
      clientCertificate: { certificate: certificate.certificatePem, key: certificate.keyPem },
    };
  };

  test("the address at which the server of the token answers is found among others", async () => {
    const { certificates } = admin();
    const { token } = await certificates.createToken({ name: "joined", restricted: true, projects: [] });
    const { fingerprint, ...options } = await caller();
    const [stranger, silent] = [await startStranger(), await startSilent()];
    const own = new URL(real.httpsUrl).host;
    const addresses = ["127.0.0.1:1", stranger.address, silent.address, own];
    const joined = await joinWithToken(token, { ...options, addresses });
    try {
      expect(joined).toMatchObject({ address: own, changed: true });
      expect(joined.serverCertificate.trim()).toBe(real.serverCertificate.trim());
      expect((await createClient(joined.connection).getServer()).value.auth).toBe("trusted");
      expect((await certificates.get(fingerprint)).value).toMatchObject({ name: "joined", restricted: true });
      expect(stranger.received).toEqual([]);
      // The attempt that nobody answered was given up.
      await expect.poll(() => silent.sockets.map((socket) => socket.destroyed)).toEqual([true]);
    } finally {
      await joined.connection.close();
      await certificates.delete(fingerprint);
    }
  });

  test("the token's own addresses are tried; a second token is not needed", async () => {
    const { certificates } = admin();
    const { fingerprint, ...options } = await caller();
    const first = await certificates.createToken({ name: "joined" });
    const joined = await joinWithToken(first.token, options);
    await joined.connection.close();
    const second = await certificates.createToken({ name: "joined" });
    try {
      expect(joined.address).toBe(new URL(real.httpsUrl).host);
      await expect(joinWithToken(second.token, options)).rejects.toMatchObject({ code: "BAD_REQUEST" });
      const again = await joinWithToken(second.token, { ...options, acceptTrusted: true });
      await again.connection.close();
      expect(again.changed).toBe(false);
    } finally {
      await certificates.revokeToken(second.operationId);
      await certificates.delete(fingerprint);
    }
    await expect(joinWithToken(second.token, options)).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  test("when no address is that of the server, the failure of each is told", async () => {
    const { certificates } = admin();
    const { token, operation } = await certificates.createToken({ name: "joined" });
    const { fingerprint, ...options } = await caller();
    const stranger = await startStranger();
    const addresses = [stranger.address, "127.0.0.1:1"];
    const error: unknown = await joinWithToken(token, { ...options, addresses }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: "TOKEN_SERVER_NOT_FOUND",
      errors: [{ code: "TLS_PIN_MISMATCH", address: stranger.address }, { code: "CONNECT_FAILED" }],
    });
    expect((error as Error).message).toContain(stranger.address);
    expect((error as Error).message).not.toContain(token);
    expect(stranger.received).toEqual([]);
    await expect(certificates.get(fingerprint)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(joinWithToken(token, { ...options, addresses: [] })).rejects.toMatchObject({ code: "NO_ADDRESS" });
    await operation.cancel();
  });

  test("an abort ends all attempts", async () => {
    const { certificates } = admin();
    const { token, operation } = await certificates.createToken({ name: "joined" });
    const { fingerprint, ...options } = await caller();
    const silent = await startSilent();
    const controller = new AbortController();
    const joining = joinWithToken(token, { ...options, addresses: [silent.address], signal: controller.signal });
    joining.catch(() => undefined);
    await expect.poll(() => silent.sockets).toHaveLength(1);
    const reason = new Error("enough");
    controller.abort(reason);
    await expect(joining).rejects.toBe(reason);
    await expect.poll(() => silent.sockets[0]?.destroyed).toBe(true);
    await expect(certificates.get(fingerprint)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await operation.cancel();
  });
});
