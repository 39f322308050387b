import { expect, test } from "vitest";
import { instanceStateSchema } from "@lxdkit/protocol";
import { containerAddresses } from "./container-addresses.ts";

function state(network: Record<string, readonly string[]> | null): ReturnType<typeof instanceStateSchema.parse> {
  const interfaces = Object.entries(network ?? {}).map(([name, addresses]) => {
    const list = addresses.map((address) => ({ family: address.includes(":") ? "inet6" : "inet", address }));
    return [name, { addresses: list }];
  });
  return instanceStateSchema.parse({
    status: "Running",
    status_code: 103,
    network: network === null ? null : Object.fromEntries(interfaces),
  });
}

// Row 9 of the cases of containers.
test("loopback, link-local and inner bridges are left out", () => {
  const found = containerAddresses(
    state({
      eth0: ["fe80::216:3eff:fe3b:e582", "10.0.8.173"],
      lo: ["127.0.0.1", "::1"],
      lxcbr0: ["10.0.5.12"],
      lxdbr0: ["10.0.6.17"],
    }),
  );
  expect(found).toEqual([{ address: "10.0.8.173", family: "ipv4", scope: "cloud-local", interface: "eth0" }]);
});

test("sorted by interface, IPv4 first, whatever the order of the server", () => {
  const found = containerAddresses(state({ eth1: ["10.1.0.1"], eth0: ["fd00::1", "8.8.8.8"] }));
  expect(found.map(({ address }) => address)).toEqual(["8.8.8.8", "fd00::1", "10.1.0.1"]);
});

// Row 10.
test("no network, no addresses", () => {
  expect(containerAddresses(state(null))).toEqual([]);
});
