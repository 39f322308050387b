import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pathSegment } from "@lxdkit/protocol";
import { describeOnServers } from "@lxdkit/testbed/vitest";
import { expect, test } from "vitest";
import { connectUnix } from "./connect-unix.ts";
import type { Connection, WebSocketEnd } from "./connection.ts";
import { outcome } from "./stage.test-support.ts";
import { waitReady } from "./wait-ready.ts";

const name = "transport-test";

/** Sends a write and waits for its operation. */
async function done(
  connection: Connection,
  method: "POST" | "PUT" | "DELETE",
  path: string,
  body?: unknown,
): Promise<void> {
  const { envelope } = await connection.request({ method, path, body });
  const wait = await connection.request({ method: "GET", path: `${envelope.operation}/wait` });
  expect(wait.envelope.metadata).toMatchObject({ status_code: 200 });
}

describeOnServers("a connection", (real) => {
  test("a server that runs is ready at once", async () => {
    await using connection = connectUnix({ socketPath: real.socketPath });
    expect(await waitReady(connection)).toMatchObject({ api_version: "1.0" });
  });

  test.each(["a/../../b", "a?b", "a#b", "100%", "%2e%2e", "a\r\nb", "\u0001", "é🦑", "x".repeat(300), " "])(
    "%j is the name of an object that does not exist, and nothing else",
    async (odd) => {
      await using connection = connectUnix({ socketPath: real.socketPath });
      for (const kind of ["instances", "profiles", "images/aliases"]) {
        const path = `/1.0/${kind}/${pathSegment(odd)}`;
        const { error } = await outcome(connection.request({ method: "GET", path }));
        expect(error).toMatchObject({ name: "ApiError", request: `GET ${path}` });
        expect(error).toMatchObject({ status: expect.toBeOneOf([400, 404]) });
      }
    },
  );

  test("events come, pings too, and a close is answered", async () => {
    await using connection = connectUnix({ socketPath: real.socketPath });
    let ping = (): void => undefined;
    const pinged = new Promise<void>((resolve) => {
      ping = resolve;
    });
    let close = (_end: WebSocketEnd): void => undefined;
    const closed = new Promise<WebSocketEnd>((resolve) => {
      close = resolve;
    });
    const socket = await connection.openWebSocket("/1.0/events", {
      onPing: () => {
        ping();
      },
      onClose: (end) => {
        close(end);
      },
    });
    await pinged;
    socket.close();
    expect(await closed).toMatchObject({ error: undefined });
  });

  test("files go up in parts and down as a stream, and SFTP begins on the connection", async () => {
    await using connection = connectUnix({ socketPath: real.socketPath });
    const source = { type: "image", alias: "tiny" };
    await done(connection, "POST", "/1.0/instances", { name, source });
    try {
      await done(connection, "PUT", `/1.0/instances/${name}/state`, { action: "start", timeout: 30 });
      const path = `/1.0/instances/${name}/files`;
      const query = { path: "/tmp/upload" };
      const sent = randomBytes(5 * 1024 * 1024);
      for (const content of [sent, Readable.from([sent.subarray(0, 1_000_000), sent.subarray(1_000_000)])]) {
        await connection.request({ method: "POST", path, query, content });
        const { body } = await connection.stream({ method: "GET", path, query });
        expect((await buffer(body)).equals(sent)).toBe(true);
      }

      const stream = await connection.upgrade(`/1.0/instances/${name}/sftp`, { protocol: "sftp" });
      // SSH_FXP_INIT of version 3; the answer is SSH_FXP_VERSION.
      stream.write(Buffer.from([0, 0, 0, 5, 1, 0, 0, 0, 3]));
      const answer = await new Promise<Buffer>((resolve) => stream.once("data", resolve));
      expect(answer[4]).toBe(2);
      stream.destroy();
    } finally {
      await done(connection, "PUT", `/1.0/instances/${name}/state`, { action: "stop", force: true });
      await done(connection, "DELETE", `/1.0/instances/${name}`);
    }
  });
});
