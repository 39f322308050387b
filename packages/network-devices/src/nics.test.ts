import { expect, test } from "vitest";
import { createMacAddress } from "./mac-address.ts";
import { freeNicName, nicsOf, nicsWithAddresses } from "./nics.ts";

// The numbers are those of the cases of networks.
test("row 11: only NICs count, and each has a MAC address", () => {
  const devices = { root: { type: "disk", path: "/" }, eth0: { type: "nic", network: "lxdbr0" } };
  const nics = nicsWithAddresses(devices, { random: () => Uint8Array.of(0, 10, 255) });
  expect(nics).toEqual({ eth0: { type: "nic", network: "lxdbr0", hwaddr: "00:16:3e:00:0a:ff" } });
  expect(devices.eth0).not.toHaveProperty("hwaddr");
});

test("no two NICs get one address, nor one that is taken", () => {
  const bytes = [1, 1, 2, 3].map((last) => Uint8Array.of(0, 0, last));
  const random = (): Uint8Array => bytes.shift() ?? Uint8Array.of(9, 9, 9);
  const devices = { b: { type: "nic" }, a: { type: "nic" }, c: { type: "nic", hwaddr: "00:16:3E:00:00:02" } };
  expect(nicsWithAddresses(devices, { random, taken: new Set(["00:16:3e:00:00:01"]) })).toEqual({
    a: { type: "nic", hwaddr: "00:16:3e:00:00:03" },
    b: { type: "nic", hwaddr: "00:16:3e:09:09:09" },
    c: { type: "nic", hwaddr: "00:16:3E:00:00:02" },
  });
});

test("addresses come from a strong source, and their end is told", () => {
  expect(new Set(Array.from({ length: 100 }, () => createMacAddress())).size).toBeGreaterThan(95);
  expect(createMacAddress()).toMatch(/^00:16:3e(:[0-9a-f]{2}){3}$/);
  const full = { taken: new Set(["00:16:3e:00:00:00"]), random: () => Uint8Array.of(0, 0, 0) };
  expect(() => createMacAddress(full)).toThrow(expect.objectContaining({ code: "MAC_ADDRESS_EXHAUSTED" }));
});

test("row 20: a new NIC has the first name that no device has", () => {
  expect(freeNicName({ eth0: { type: "disk" } })).toBe("eth1");
  const all = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`eth${String(index)}`, { type: "nic" }]));
  expect(() => freeNicName(all)).toThrow(expect.objectContaining({ code: "NIC_NAMES_EXHAUSTED" }));
});

test("NICs are sorted by name", () => {
  expect(Object.keys(nicsOf({ z: { type: "nic" }, a: { type: "nic" }, m: { type: "disk" } }))).toEqual(["a", "z"]);
});
