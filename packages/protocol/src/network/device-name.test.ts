import { expect, test } from "vitest";
import { isDeviceName } from "./device-name.ts";

test.each(["eth0", "a", "fifteenchars123", "br-ens3.150", "...", "größe"])("Linux takes %j", (name) => {
  expect(isDeviceName(name)).toBe(true);
});

test.each(["", ".", "..", "sixteencharacter", "a b", "a\tb", "a#b", "a/b", "größengrößen1"])(
  "Linux refuses %j",
  (name) => {
    expect(isDeviceName(name)).toBe(false);
  },
);
