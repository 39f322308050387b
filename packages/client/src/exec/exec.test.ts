import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { WebSocket } from "ws";
import {
  refuse,
  type Script,
  type ScriptedServer,
  sessionFds,
  startScriptedServer,
  sync,
} from "../contract/scripted-server.ts";
import type { ExecSession } from "./open-exec.ts";

const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown): void => void unhandled.push(reason);

beforeEach(() => {
  unhandled.length = 0;
  process.on("unhandledRejection", onUnhandled);
});

afterEach(() => {
  process.off("unhandledRejection", onUnhandled);
  if (unhandled.length > 0) throw unhandled[0];
});

const command = ["sh"] as const;

interface Stage extends AsyncDisposable {
  readonly server: ScriptedServer;
  readonly session: ExecSession;
  at(name: string): WebSocket;
}

/** What a server of a script opens for a session. */
async function opened(script: Script = {}): Promise<Stage> {
  const server = await startScriptedServer(script);
  const session = await server.client.instances.exec.open("c1", command);
  return {
    server,
    session,
    at(name) {
      const socket = server.sockets.get(name);
      if (socket === undefined) throw new Error(`no socket ${name}`);
      return socket;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function endOutputs(at: (name: string) => WebSocket): void {
  for (const name of ["1", "2"]) at(name).send("");
}

test("the exit code counts when both outputs and the operation have ended, in whatever order", async () => {
  await using stage = await opened();
  const { server, session, at } = stage;
  server.end({ exitCode: 3 });
  at("1").send(Buffer.from("late "));
  at("1").send(Buffer.from("words"));
  endOutputs(at);
  expect(await session.exit).toEqual({ exitCode: 3 });
  expect((await buffer(session.stdout)).toString()).toBe("late words");
  await session.close();
  await expect.poll(() => server.openSockets()).toBe(1);
});

test("control is there before the data sockets, which come together", async () => {
  const order: string[] = [];
  await using stage = await opened({ onSocket: (name) => order.push(name) });
  const { session } = stage;
  expect(order[0]).toBe("control");
  expect(order.slice(1).toSorted()).toEqual(["0", "1", "2"]);
  await session.close();
  await expect(session.exit).rejects.toMatchObject({ code: "SESSION_CLOSED" });
});

test("the end of the input is an empty text message, after everything that was written", async () => {
  const heard: unknown[] = [];
  await using stage = await opened({
    onSocket(name, socket) {
      if (name === "0")
        socket.on("message", (data: Buffer, isBinary) => heard.push(isBinary ? data.length : data.toString()));
    },
  });
  const { session } = stage;
  session.stdin.end(Buffer.alloc(150_000));
  await expect.poll(() => heard.at(-1)).toBe("");
  expect(heard).toEqual([65_536, 65_536, 18_928, ""]);
  await session.close();
});

describe("a socket that breaks is an error, and no exit code", () => {
  test.each(["1", "2"])("output %s", async (name) => {
    await using stage = await opened();
    const { server, session, at } = stage;
    at("1").send(Buffer.from("half"));
    at(name).terminate();
    server.end({ exitCode: 0 });
    await expect(session.exit).rejects.toMatchObject({ code: "EXEC_CONNECTION_LOST", name: "SessionError" });
    await expect(buffer(name === "1" ? session.stdout : session.stderr)).rejects.toMatchObject({
      code: "EXEC_CONNECTION_LOST",
    });
    await expect.poll(() => server.openSockets()).toBe(1);
  });

  test("the input, while the command runs", async () => {
    await using stage = await opened();
    const { server, session, at } = stage;
    session.stdin.write("half");
    at("0").terminate();
    await expect(session.exit).rejects.toMatchObject({ code: "EXEC_CONNECTION_LOST" });
    await expect.poll(() => server.openSockets()).toBe(1);
  });

  test("all of them", async () => {
    await using stage = await opened();
    const { server, session } = stage;
    for (const socket of server.sockets.values()) socket.terminate();
    await expect(session.exit).rejects.toMatchObject({ code: "EXEC_CONNECTION_LOST" });
  });
});

test("an input that the server closes last, as it does at the end, is no loss", async () => {
  await using stage = await opened();
  const { server, session, at } = stage;
  session.stdin.write("unread");
  endOutputs(at);
  for (const socket of server.sockets.values()) socket.terminate();
  server.end({ exitCode: 0 });
  expect(await session.exit).toEqual({ exitCode: 0 });
});

test("codes 126 and 127 come as failures of the operation and are exit codes", async () => {
  for (const exitCode of [126, 127]) {
    await using stage = await opened();
    const { server, session, at } = stage;
    endOutputs(at);
    server.end({ code: 400, exitCode, err: "Command not found" });
    expect(await session.exit).toEqual({ exitCode });
  }
});

test("a command that could not be run is the server's failure, also when it just drops the sockets", async () => {
  await using stage = await opened();
  const { server, session } = stage;
  for (const socket of server.sockets.values()) socket.terminate();
  server.end({ code: 400, exitCode: -1, err: "Failed to retrieve PID" });
  await expect(session.exit).rejects.toMatchObject({
    code: "OPERATION_FAILED",
    operation: { err: "Failed to retrieve PID" },
  });
});

test("an operation that vanishes has no outcome", async () => {
  await using stage = await opened();
  const { server, session, at } = stage;
  server.forget();
  endOutputs(at);
  server.client.events.close();
  await expect(session.exit).rejects.toMatchObject({ code: "OPERATION_GONE" });
});

test("an operation without an exit code is not taken for a success", async () => {
  await using stage = await opened();
  const { server, session, at } = stage;
  endOutputs(at);
  server.end({});
  await expect(session.exit).rejects.toMatchObject({ code: "BAD_METADATA" });
});

test.each([null, {}, { "0": "s0", "1": "s1", control: "sc" }, { ...sessionFds, "2": "" }])(
  "an answer without all secrets is refused: %j",
  async (fds) => {
    await using server = await startScriptedServer({ fds });
    await expect(server.client.instances.exec.open("c1", command)).rejects.toMatchObject({ code: "BAD_METADATA" });
    expect(server.sockets.size).toBe(0);
  },
);

test("a socket that is refused for a moment is asked for again", async () => {
  let refusals = 2;
  await using stage = await opened({
    onUpgrade({ path, query }, socket) {
      if (!path.endsWith("/websocket") || query.get("secret") !== "s1" || refusals === 0) return false;
      refusals -= 1;
      const text = JSON.stringify({
        type: "error",
        error_code: 500,
        error: "Only running operations can be connected",
      });
      socket.end(`HTTP/1.1 500 Internal\r\ncontent-length: ${String(text.length)}\r\nconnection: close\r\n\r\n${text}`);
      return true;
    },
  });
  const { server, session, at } = stage;
  endOutputs(at);
  server.end({ exitCode: 0 });
  expect(await session.exit).toEqual({ exitCode: 0 });
});

test("a socket that never opens ends the matter within the server's own limit, and closes the others", async () => {
  await using server = await startScriptedServer({
    onUpgrade: ({ query }) => query.get("secret") === "s2",
  });
  const before = performance.now();
  await expect(server.client.instances.exec.open("c1", command)).rejects.toMatchObject({
    code: "EXEC_CONNECTION_LOST",
  });
  expect(performance.now() - before).toBeLessThan(7_000);
  await expect.poll(() => server.openSockets()).toBe(1);
}, 15_000);

test("an abort while the sockets open, and one afterwards, reject with the reason and close everything", async () => {
  const reason = new Error("enough");
  const controller = new AbortController();
  await using server = await startScriptedServer({
    onUpgrade({ query }) {
      if (query.get("secret") !== "s2") return false;
      controller.abort(reason);
      return true;
    },
  });
  const { signal } = controller;
  await expect(server.client.instances.exec.open("c1", command, { signal })).rejects.toBe(reason);
  await expect.poll(() => server.openSockets()).toBe(1);

  await using other = await startScriptedServer();
  const later = new AbortController();
  const session = await other.client.instances.exec.open("c1", command, { signal: later.signal });
  later.abort(reason);
  await expect(session.exit).rejects.toBe(reason);
  await expect(buffer(session.stdout)).rejects.toBe(reason);
  await expect.poll(() => other.openSockets()).toBe(1);
});

test("a stopped instance and a machine without its agent are told apart from other refusals", async () => {
  const instance = { name: "c1", status: "Running", type: "virtual-machine", processes: -1 };
  await using server = await startScriptedServer({
    onRequest({ method, path }, response) {
      if (method === "POST") refuse(response, 400, "some text");
      else if (path === "/1.0/instances/c1") sync(response, { ...instance, architecture: "x86_64" });
      else if (path === "/1.0/instances/c1/state")
        sync(response, { status: "Running", status_code: 103, processes: instance.processes });
      else return false;
      return true;
    },
  });
  const run = () => server.client.instances.exec.run("c1", command);
  await expect(run()).rejects.toMatchObject({ code: "AGENT_NOT_READY" });
  instance.processes = 3;
  await expect(run()).rejects.toMatchObject({ code: "BAD_REQUEST", name: "ApiError" });
  instance.status = "Frozen";
  await expect(run()).rejects.toMatchObject({ code: "INSTANCE_NOT_RUNNING", cause: { code: "BAD_REQUEST" } });
});

test("a failing source of input ends the run with its error", async () => {
  await using server = await startScriptedServer();
  const failure = new Error("no such file");
  async function* source(): AsyncGenerator<string> {
    yield await Promise.resolve("first");
    throw failure;
  }
  await expect(server.client.instances.exec.run("c1", command, { input: source() })).rejects.toBe(failure);
  await expect.poll(() => server.openSockets()).toBe(1);
});

test("a gibibyte passes in little memory, the server writing no faster than the reader reads", async () => {
  const total = 1024 * 1024 * 1024;
  const piece = Buffer.alloc(1024 * 1024);
  await using stage = await opened();
  const { server, session, at } = stage;
  const socket = at("1");
  let sent = 0;
  const writing = (async () => {
    while (sent < total) {
      await new Promise<void>((resolve) => {
        socket.send(piece, () => {
          resolve();
        });
      });
      sent += piece.length;
    }
    endOutputs(at);
    server.end({ exitCode: 0 });
  })();
  let received = 0;
  let most = 0;
  for await (const chunk of session.stdout as AsyncIterable<Buffer>) {
    received += chunk.length;
    // What has left the server and was not read yet is held somewhere in between.
    most = Math.max(most, sent - received);
  }
  await writing;
  expect(received).toBe(total);
  expect(most).toBeLessThan(64 * 1024 * 1024);
  expect(await session.exit).toEqual({ exitCode: 0 });
}, 60_000);

test("output that nobody wants is thrown away, and the command goes on", async () => {
  await using stage = await opened();
  const { server, session, at } = stage;
  session.stdout.destroy();
  const piece = Buffer.alloc(1024 * 1024);
  for (let count = 0; count < 20; count += 1) at("1").send(piece);
  endOutputs(at);
  server.end({ exitCode: 0 });
  expect(await session.exit).toEqual({ exitCode: 0 });
});

test("the terminal's size and signals go over the control socket", async () => {
  const heard: unknown[] = [];
  await using stage = await opened({
    onSocket(name, socket) {
      if (name === "control") socket.on("message", (data: Buffer) => heard.push(JSON.parse(data.toString())));
    },
  });
  const { server, session } = stage;
  await session.resize({ width: 80, height: 24 });
  await session.sendSignal("SIGUSR1");
  await session.sendSignal(15);
  await expect
    .poll(() => heard)
    .toEqual([
      { command: "window-resize", args: { width: "80", height: "24" } },
      { command: "signal", signal: 10 },
      { command: "signal", signal: 15 },
    ]);
  await expect(session.sendSignal("SIGNONE" as "SIGINT")).rejects.toBeInstanceOf(RangeError);
  await expect(session.sendSignal(1.5)).rejects.toBeInstanceOf(RangeError);
  await expect(session.resize({ width: 0, height: 1 })).rejects.toBeInstanceOf(RangeError);
  const control = server.sockets.get("control");
  const gone = control === undefined ? undefined : once(control, "close");
  await session.close();
  await gone;
});
