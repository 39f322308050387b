import { expect, test } from "vitest";
import { isEmptyLxdProfile, validateLxdProfile } from "./lxd-profile.ts";

test("a profile without config and devices is empty", () => {
  expect(isEmptyLxdProfile({ description: "nothing" })).toBe(true);
  expect(isEmptyLxdProfile({ config: { "security.nesting": "true" } })).toBe(false);
  expect(isEmptyLxdProfile({ devices: { tun: {} } })).toBe(false);
});

test("applications may have devices of four types, or of none", () => {
  const types = ["unix-char", "unix-block", "gpu", "usb"];
  const devices = Object.fromEntries(types.map((type) => [type, { type }]));
  validateLxdProfile({ config: { "security.nesting": "true" }, devices: { ...devices, none: {} } });
  expect(() => validateLxdProfile({ devices: { eth0: { type: "nic" } } })).toThrow(
    expect.objectContaining({ code: "PROFILE_NOT_ALLOWED", message: 'the device eth0 is of the type "nic"' }),
  );
});

test("some config is not theirs, and all problems are told at once", () => {
  const config = {
    "boot.autostart": "true",
    "limits.cpu": "1",
    "migration.stateful": "true",
    "linux.kernel_modules": "a",
  };
  const problems = [
    'the device root is of the type "disk"',
    ...["boot.autostart", "limits.cpu", "migration.stateful"].map((key) => `the config key ${key} is not allowed`),
  ];
  expect(() => validateLxdProfile({ config, devices: { root: { type: "disk" } } })).toThrow(
    expect.objectContaining({ name: "MultipleErrors", code: "PROFILE_NOT_ALLOWED", message: problems.join("; ") }),
  );
});
