import type { Duplex } from "node:stream";
import { expect, test } from "vitest";
import { type ScriptedServer, startScriptedServer } from "../contract/scripted-server.ts";
import type { ClientContext } from "../client-context.ts";
import { openSockets } from "../session/open-sockets.ts";
import { sessionSecrets } from "../session/session-secrets.ts";
import { type ExecEnd, followExec } from "./follow-exec.ts";

const limits = { graceMs: 50, verdictMs: 50, noticeMs: 20 };
const body = { command: ["sh"], "wait-for-websocket": true, interactive: false } as const;

async function followed(server: ScriptedServer, names: readonly string[]): Promise<ExecEnd> {
  const { connection, operations } = server.client;
  const context = { connection, operations } as Partial<ClientContext> as ClientContext;
  const handle = await server.client.instances.exec.start("c1", body);
  const secrets = sessionSecrets(handle, "POST", [...names, "control"]);
  const data = names.map((name) => ({ name, tellsEnd: true }));
  const options = { what: "the command in c1", lostCode: "EXEC_CONNECTION_LOST", data, signal: undefined } as const;
  const { control, channels } = await openSockets(context, secrets, options);
  const [input = raise(), ...others] = channels;
  const outputs = others.length > 0 ? others : [input];
  return followExec(context, handle, { ...options, id: secrets.id, control, input, outputs, limits });
}

function raise(): never {
  throw new Error("no sockets");
}

test("an output that never ends is lost, once the operation has ended and nothing more comes", async () => {
  await using server = await startScriptedServer();
  const { exit } = await followed(server, ["0", "1", "2"]);
  server.sockets.get("2")?.send("");
  server.end({ exitCode: 0 });
  await expect(exit).rejects.toMatchObject({
    code: "EXEC_CONNECTION_LOST",
    message: "the last output was lost of the command in c1",
    hint: expect.stringContaining("look in the instance"),
  });
  await expect.poll(() => server.openSockets()).toBe(1);
});

test("an operation that never ends is lost, once its outputs have ended and are closed", async () => {
  await using server = await startScriptedServer();
  const { exit } = await followed(server, ["0", "1", "2"]);
  for (const name of ["1", "2"]) {
    server.sockets.get(name)?.send("");
    server.sockets.get(name)?.terminate();
  }
  await expect(exit).rejects.toMatchObject({
    code: "EXEC_CONNECTION_LOST",
    message: "the server did not tell the end of the command in c1",
  });
});

test("a terminal is left when its output ends, because the server waits for that", async () => {
  await using server = await startScriptedServer();
  const { exit, close } = await followed(server, ["0"]);
  const terminal = server.sockets.get("0");
  terminal?.on("close", () => {
    server.end({ exitCode: 4 });
  });
  terminal?.send("");
  expect(await exit).toEqual({ exitCode: 4 });
  await close();
});

test("a control socket that closes is no end: the command may have ended already", async () => {
  await using server = await startScriptedServer();
  const { exit } = await followed(server, ["0", "1", "2"]);
  server.sockets.get("control")?.terminate();
  for (const name of ["1", "2"]) server.sockets.get(name)?.send("");
  server.end({ exitCode: 5 });
  expect(await exit).toEqual({ exitCode: 5 });
});

test("a command that the server killed because control broke has no exit code", async () => {
  await using server = await startScriptedServer();
  const { exit } = await followed(server, ["0", "1", "2"]);
  const control = server.sockets.get("control");
  const gone = new Promise((resolve) => control?.on("close", resolve));
  // A frame that no server sends: the client breaks off.
  const raw = Object.entries(control ?? {}).find(([key]) => key === "_socket")?.[1] as Duplex | undefined;
  raw?.write(Buffer.from([0xff, 0xff]));
  await gone;
  for (const name of ["1", "2"]) server.sockets.get(name)?.send("");
  server.end({ exitCode: 137 });
  await expect(exit).rejects.toMatchObject({ code: "EXEC_CONNECTION_LOST", cause: expect.any(Error) });
});
