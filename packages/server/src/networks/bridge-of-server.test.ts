import { createClient } from "@lxdkit/client";
import { createFakeHost } from "@lxdkit/testing";
import { connectHttps, connectUnix, type Connection } from "@lxdkit/transport";
import { expect, test } from "vitest";
import { bridgeOfServer } from "./bridge-of-server.ts";

const text = 'LXD_BRIDGE="lxdbr0"\nLXD_IPV4_ADDR="10.5.3.1"\n';
const snap = "/var/snap/lxd/common/lxd-bridge/config";

async function read(connection: Connection, files: Readonly<Record<string, string>>): Promise<unknown> {
  try {
    return await bridgeOfServer({ client: createClient(connection) }, createFakeHost({ files }).readFile);
  } finally {
    await connection.close();
  }
}

test("row 27: the file is that of the package whose socket is used, and so is the hint", async () => {
  const ofSnap = { socketPath: "/var/snap/lxd/common/lxd/unix.socket" };
  expect(await read(connectUnix(ofSnap), { [snap]: text })).toEqual({ bridge: "lxdbr0", path: snap });
  await expect(read(connectUnix(ofSnap), {})).rejects.toMatchObject({
    code: "BRIDGE_FILE_MISSING",
    address: snap,
    hint: expect.not.stringContaining("dpkg"),
  });
  const path = "/etc/default/lxd-bridge";
  const ofPackage = { socketPath: "/var/lib/lxd/unix.socket" };
  expect(await read(connectUnix(ofPackage), { [path]: text })).toEqual({ bridge: "lxdbr0", path });
});

test("a server on another machine has its file there", async () => {
  const connection = connectHttps({ address: "https://127.0.0.1:1" });
  await expect(read(connection, {})).rejects.toMatchObject({ code: "NETWORK_UNREAD" });
});
