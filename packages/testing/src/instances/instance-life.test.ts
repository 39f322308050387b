import type { Operation, ServerInfo } from "@lxdkit/protocol";
import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { ContractTarget } from "../contract/index.ts";
import { exchange } from "../contract/own-image.ts";
import { fromImage, post } from "../contract/own-instance.ts";
import { get, operationEnd, send, succeeds } from "../contract/raw-http.ts";
import { startFakeServer } from "../fake-server.ts";
import { targetOf } from "../fake-target.ts";

const images = [{ aliases: ["tiny"] }];
const one = "/1.0/instances/one";

async function write(target: ContractTarget, path: string, text: string): Promise<void> {
  const { answer } = await exchange(target, "POST", `${one}/files?path=${path}`, { bytes: Buffer.from(text) });
  expect(answer.status).toBe(200);
}

async function readFile(target: ContractTarget, instance: string, path: string): Promise<string> {
  return (await get(target, `/1.0/instances/${instance}/files?path=${path}`)).text;
}

/** An instance `one` with a file that was changed after its snapshot `s1`. */
async function withHistory(target: ContractTarget): Promise<void> {
  await succeeds(target, await post(target, fromImage(target, "one")));
  await write(target, "/root/note", "before");
  await succeeds(target, await send(target, "POST", `${one}/snapshots`, { body: { name: "s1" } }));
  await write(target, "/root/note", "after");
}

describe.each(["lxd", "incus"] as const)("on the fake %s", (flavour) => {
  test("files go with snapshots, copies, backups and names, and all that is saved", async () => {
    await using fake = await startFakeServer({ flavour, images });
    const target = targetOf(fake);
    await withHistory(target);
    const copy = (name: string, source: string): Promise<unknown> =>
      post(target, { name, profiles: ["default"], source: { type: "copy", source } }).then((answer) =>
        succeeds(target, answer),
      );
    await copy("whole", "one");
    await copy("older", "one/s1");
    expect(await readFile(target, "whole", "/root/note")).toBe("after");
    expect(await readFile(target, "older", "/root/note")).toBe("before");
    await succeeds(target, await send(target, "POST", `${one}/backups`, { body: { name: "b1" } }));
    await succeeds(target, await send(target, "PUT", one, { body: { restore: "s1" } }));
    expect(await readFile(target, "one", "/root/note")).toBe("before");
    await succeeds(target, await send(target, "POST", one, { body: { name: "two" } }));

    await using later = await startFakeServer({ state: fake.save() });
    const again = targetOf(later);
    expect((await get(again, "/1.0/instances/two/snapshots")).metadata).toEqual(["/1.0/instances/two/snapshots/s1"]);
    expect(await readFile(again, "two", "/root/note")).toBe("before");
    const { bytes } = await exchange(again, "GET", "/1.0/instances/two/backups/b1/export");
    const headers = {
      "Content-Type": "application/octet-stream",
      [flavour === "lxd" ? "X-LXD-name" : "X-Incus-name"]: "back",
    };
    const { answer } = await exchange(again, "POST", "/1.0/instances", { bytes, headers });
    await succeeds(again, answer);
    expect(await readFile(again, "back", "/root/note")).toBe("after");
    await succeeds(again, await send(again, "PUT", "/1.0/instances/back", { body: { restore: "s1" } }));
    expect(await readFile(again, "back", "/root/note")).toBe("before");
  });

  test("an instance goes from one fake to another with its files and snapshots", async () => {
    await using from = await startFakeServer({ flavour, images, https: true });
    await using to = await startFakeServer({ flavour, https: true });
    const [source, sink] = [targetOf(from), targetOf(to)];
    await withHistory(source);
    const offered = (await send(source, "POST", one, { body: { migration: true } })).metadata as Operation;
    const made = await post(sink, await pullOf(source, offered));
    await succeeds(sink, made);
    expect(await readFile(sink, "one", "/root/note")).toBe("after");
    await succeeds(sink, await send(sink, "PUT", one, { body: { restore: "s1" } }));
    expect(await readFile(sink, "one", "/root/note")).toBe("before");
  });

  test("what speaks another protocol than a fake is told so on both sides", async () => {
    await using fake = await startFakeServer({ flavour, images, https: true });
    const target = targetOf(fake);
    await succeeds(target, await post(target, fromImage(target, "one")));
    const answer = await send(target, "POST", one, { body: { migration: true } });
    const { id, metadata } = answer.metadata as Operation;
    const sockets = ["control", "fs"].map((name) => {
      const query = `secret=${String(metadata[name])}`;
      return new WebSocket(`ws+unix:${target.socketPath}:/1.0/operations/${id}/websocket?${query}`);
    });
    const [control] = sockets;
    const said = new Promise<string>((resolve) => control?.once("message", (data: Buffer) => resolve(data.toString())));
    expect(JSON.parse(await said)).toEqual({ fake: "lxdkit" });
    control?.send(Buffer.from([8, 1, 18, 4]));
    const { err } = await operationEnd(target, answer);
    expect(err).toBe(
      "The other side sent 4 bytes in the protocol of real servers; a fake moves instances only to and from fakes",
    );
    for (const socket of sockets) socket.terminate();
  });
});

/** The body with which another server takes what `offered` offers. */
async function pullOf(target: ContractTarget, offered: Operation): Promise<unknown> {
  const { environment } = (await get(target, "/1.0")).metadata as ServerInfo;
  return {
    name: "one",
    profiles: ["default"],
    architecture: "x86_64",
    source: {
      type: "migration",
      mode: "pull",
      operation: `${target.httpsUrl ?? ""}/1.0/operations/${offered.id}`,
      certificate: environment?.certificate,
      secrets: offered.metadata,
    },
  };
}
