import { expect, test } from "vitest";
import { freeSubnet, subnetsOverlap } from "./free-subnet.ts";

/** Takes these first, then the lowest that is left. */
function drawing(...first: readonly number[]): (limit: number) => number {
  const wanted = [...first];
  return () => wanted.shift() ?? 0;
}

test("a subnet in which the host has an address is passed over", () => {
  // The number 5 stands at place 4 once 4 is gone.
  expect(freeSubnet({ used: ["10.0.4.7/24"], random: drawing(4, 4) })).toBe("10.0.5.0/24");
  expect(freeSubnet({ used: ["10.0.4.7"], random: drawing(4, 4) })).toBe("10.0.5.0/24");
  expect(freeSubnet({ used: ["10.0.4.7/30"], random: drawing(4, 4) })).toBe("10.0.5.0/24");
});

test("a range that is taken as a whole is left for the next", () => {
  expect(freeSubnet({ used: ["10.0.0.0/16"], random: drawing() })).toBe("172.16.0.0/24");
  expect(freeSubnet({ used: ["10.0.0.0/8", "172.16.0.0/12"], random: drawing() })).toBe("192.168.0.0/24");
});

test("no subnet is left", () => {
  const used = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];
  expect(() => freeSubnet({ used })).toThrow("could not find unused subnet");
});

test("a route to everything, IPv6 and nonsense count for nothing", () => {
  expect(freeSubnet({ used: ["0.0.0.0/0", "fd00::1/64", "", "eth0"], random: drawing() })).toBe("10.0.0.0/24");
});

test("subnets overlap when they share an address", () => {
  expect(subnetsOverlap("10.0.4.0/24", "10.0.4.7/32")).toBe(true);
  expect(subnetsOverlap("10.0.4.0/24", "10.0.0.0/8")).toBe(true);
  expect(subnetsOverlap("10.0.4.0/24", "10.0.5.1/24")).toBe(false);
  expect(subnetsOverlap("10.0.4.0/24", "fd00::/8")).toBe(false);
});
