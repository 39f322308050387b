import type { Connection } from "@lxdkit/transport";
import { expect, test } from "vitest";
import type { Client } from "./client.ts";
import { isSameServer, reachOf } from "./server-reach.ts";

const environment = {
  server_name: "one",
  server_pid: 7,
  server_clustered: false,
  certificate: "PEM",
  certificate_fingerprint: "f1",
  addresses: ["10.0.0.1:8443", "[fd00::1]:8443"],
};

function clientOf(address: string, told: Partial<typeof environment> | undefined = {}): Client {
  const info = async () => (told === undefined ? {} : { environment: { ...environment, ...told } });
  return { connection: { address } as Connection, info } as unknown as Client;
}

test("another server tries where we reach it, then where it listens", async () => {
  expect(await reachOf({ client: clientOf("/run/lxd.socket") }, undefined)).toEqual({
    urls: ["https://10.0.0.1:8443", "https://[fd00::1]:8443"],
    certificate: "PEM",
  });
  expect((await reachOf({ client: clientOf("https://lxd.example:8443") }, undefined)).urls[0]).toBe(
    "https://lxd.example:8443",
  );
  expect((await reachOf({ client: clientOf("https://10.0.0.1:8443") }, undefined)).urls).toEqual([
    "https://10.0.0.1:8443",
    "https://[fd00::1]:8443",
  ]);
  const addresses = ["elsewhere:1", "https://there:2"];
  expect((await reachOf({ client: clientOf("/run/lxd.socket"), addresses }, undefined)).urls).toEqual([
    "https://elsewhere:1",
    "https://there:2",
  ]);
});

test("nobody reaches a server that listens nowhere", async () => {
  await expect(reachOf({ client: clientOf("/run/lxd.socket", { addresses: [] }) }, undefined)).rejects.toMatchObject({
    code: "NO_ADDRESS",
    address: "/run/lxd.socket",
  });
});

test.each([
  ["the same process behind two addresses", {}, true],
  ["a copy of the machine", { server_pid: 8 }, false],
  ["another certificate", { certificate_fingerprint: "f2" }, false],
])("%s", async (_what, other, isSame) => {
  expect(await isSameServer(clientOf("a"), clientOf("b", other), undefined)).toBe(isSame);
});

test("members of one cluster are one server, and one that tells nothing is another", async () => {
  const member = { server_clustered: true };
  expect(await isSameServer(clientOf("a", member), clientOf("b", { ...member, server_pid: 8 }), undefined)).toBe(true);
  const stranger = { connection: { address: "b" }, info: async () => ({}) } as unknown as Client;
  expect(await isSameServer(clientOf("a"), stranger, undefined)).toBe(false);
  expect(await isSameServer(stranger, stranger, undefined)).toBe(true);
});
