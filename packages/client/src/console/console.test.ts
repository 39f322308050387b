import { buffer } from "node:stream/consumers";
import { expect, test } from "vitest";
import { startScriptedServer } from "../contract/scripted-server.ts";

test("a console that the server ends has ended, with all its output", async () => {
  await using server = await startScriptedServer();
  const session = await server.client.instances.console.open("c1");
  server.sockets.get("0")?.send(Buffer.from("login: "));
  server.sockets.get("0")?.send("");
  await session.ended;
  expect((await buffer(session.stdout)).toString()).toBe("login: ");
  await expect.poll(() => server.openSockets()).toBe(1);
});

test("a console whose socket breaks is lost; one that was taken away says so", async () => {
  await using server = await startScriptedServer();
  const first = await server.client.instances.console.open("c1");
  server.sockets.get("0")?.terminate();
  await expect(first.ended).rejects.toMatchObject({ code: "CONSOLE_CONNECTION_LOST", name: "SessionError" });
  await expect(buffer(first.stdout)).rejects.toMatchObject({ code: "CONSOLE_CONNECTION_LOST" });

  await using other = await startScriptedServer();
  const second = await other.client.instances.console.open("c1", { force: true });
  for (const socket of other.sockets.values()) socket.terminate();
  other.end({ code: 401 });
  await expect(second.ended).rejects.toMatchObject({ code: "CONSOLE_TAKEN" });
});

test("who leaves or aborts leaves no socket open", async () => {
  await using server = await startScriptedServer();
  const left = await server.client.instances.console.open("c1");
  await left.detach();
  await left.ended;
  await expect.poll(() => server.openSockets()).toBe(1);

  const controller = new AbortController();
  const aborted = await server.client.instances.console.open("c1", { signal: controller.signal });
  const reason = new Error("enough");
  controller.abort(reason);
  await expect(aborted.ended).rejects.toBe(reason);
  await expect.poll(() => server.openSockets()).toBe(1);
});

test("the graphical console opens its data socket as often as it is asked to", async () => {
  const names: string[] = [];
  await using server = await startScriptedServer({ onSocket: (name) => names.push(name) });
  const console = await server.client.instances.console.openVga("c1");
  const channels = [await console.openChannel(), await console.openChannel()];
  expect(names).toEqual(["control", "0", "0"]);
  channels[0]?.input.write("to the machine");
  server.sockets.get("0")?.send(Buffer.from("from the machine"));
  const [bytes] = (await channels[1]?.output.iterator({ destroyOnReturn: false }).next())?.value ?? [];
  expect(bytes).toBe("f".codePointAt(0));
  for (const channel of channels) {
    channel.close();
    await channel.closed;
  }
  await console.close();
  await expect.poll(() => server.openSockets()).toBe(1);
});
