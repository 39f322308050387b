import { isDeviceName } from "@lxdkit/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { bridgeNameOf } from "./bridge-name.ts";

const device = fc.stringMatching(/^[a-z][a-z0-9.]{0,14}$/);

test("Linux takes the bridge's name of every device, and the device can be told from it", () => {
  fc.assert(
    fc.property(device, (name) => {
      const bridge = bridgeNameOf(name);
      expect(isDeviceName(bridge)).toBe(true);
      expect(bridge).toMatch(/^br?-[^.]+$/);
      expect(bridge.endsWith(name.replaceAll(".", "-").slice(-6))).toBe(true);
    }),
  );
});
