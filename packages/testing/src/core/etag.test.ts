import { expect, test } from "vitest";
import { etagOf, sortedMap } from "./etag.ts";

// Measured on LXD 5.0.2 and Incus 6.0.4: the interface lo of `GET /1.0/networks/lo`.
test("the hash is that of the real servers", () => {
  expect(etagOf(["lo", false, "loopback", "", {}])).toBe(
    "f0b27cab0882758cc723539b84d23e4f2b394a49f09cc8df756d463744b9da71",
  );
});

test("characters that Go escapes are escaped", () => {
  expect(etagOf("<")).toBe("f7491f353f4499d7ea65f7b35249d7cae5088a05aeffcb1e462231ac7da2d00b");
});

test("maps come out by key", () => {
  expect(Object.keys(sortedMap({ b: 1, a: 2, B: 3 }))).toEqual(["B", "a", "b"]);
});
