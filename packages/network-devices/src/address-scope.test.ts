import fc from "fast-check";
import { expect, test } from "vitest";
import { addressScope } from "./address-scope.ts";

test.each([
  ["127.0.0.1", "machine-local"],
  ["::1", "machine-local"],
  ["169.254.3.4", "link-local"],
  ["224.0.0.251", "link-local"],
  ["fe80::216:3eff:fe3b:e582", "link-local"],
  ["ff02::1", "link-local"],
  ["10.0.8.173", "cloud-local"],
  ["172.16.0.1", "cloud-local"],
  ["172.31.255.255", "cloud-local"],
  ["172.32.0.1", "public"],
  ["192.168.1.1", "cloud-local"],
  ["fd42:4242::1", "cloud-local"],
  ["240.1.2.3", "fan-local"],
  ["224.0.1.1", "public"],
  ["8.8.8.8", "public"],
  ["2001:db8::1", "public"],
  ["::ffff:10.0.0.1", "cloud-local"],
])("%s is %s", (address, scope) => {
  expect(addressScope(address)).toBe(scope);
});

test.each(["", "localhost", "10.0.0", "10.0.0.010", "1.2.3.4.5", "::g"])("%j is no address", (text) => {
  expect(addressScope(text)).toBeUndefined();
});

test("every IPv4 and IPv6 address has a scope", () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
      expect(addressScope(address)).toBeDefined();
    }),
  );
});
