import { expect, test } from "vitest";
import { bridgeConfigFile, bridgeFileMissing, bridgeOfFile, snapBridgeConfigFile } from "./bridge-file.ts";

// The numbers are those of the cases of networks.
const debian = { path: bridgeConfigFile };
const good = {
  USE_LXD_BRIDGE: '"true"',
  LXD_BRIDGE: '"lxdbr0"',
  LXD_IPV4_ADDR: '"10.5.3.1"',
  LXD_IPV6_ADDR: '""',
};
const fileOf = (change: Readonly<Record<string, string>> = {}): string =>
  ["# set up by hand", ...Object.entries({ ...good, ...change }).map(([key, value]) => `${key}=${value}`), ""].join(
    "\n",
  );

test("row 22: a valid file names the bridge", () => {
  expect(bridgeOfFile(fileOf(), debian)).toBe("lxdbr0");
});

test.each([
  [23, { USE_LXD_BRIDGE: "false" }, "BRIDGE_DISABLED", "not enabled"],
  [24, { LXD_BRIDGE: '""' }, "BRIDGE_NAME_MISSING", "names no bridge"],
  [25, { LXD_BRIDGE: "br0", LXD_IPV4_ADDR: '""' }, "BRIDGE_WITHOUT_SUBNET", "br0 has no ipv4 or ipv6 subnet enabled"],
] as const)("row %i: %o is refused", (_row, change, code, text) => {
  expect(() => bridgeOfFile(fileOf(change), debian)).toThrow(
    expect.objectContaining({
      code,
      message: expect.stringContaining(text) as string,
      address: bridgeConfigFile,
      hint: "Set it up with: sudo dpkg-reconfigure -p medium lxd",
    }),
  );
});

// The original refuses every bridge with IPv6.
test("row 26: a bridge with IPv6 is accepted, and refused on demand", () => {
  const change = { LXD_IPV6_ADDR: '"2001:470:b368:4242::1"' };
  expect(bridgeOfFile(fileOf(change), debian)).toBe("lxdbr0");
  expect(bridgeOfFile(fileOf({ ...change, LXD_IPV4_ADDR: "" }), debian)).toBe("lxdbr0");
  const strict = { ...debian, refusesIPv6: true };
  expect(() => bridgeOfFile(fileOf(change), strict)).toThrow(expect.objectContaining({ code: "BRIDGE_HAS_IPV6" }));
});

test("row 27: the error for a missing file names it, with a command only where one helps", () => {
  expect(bridgeFileMissing(debian)).toMatchObject({
    code: "BRIDGE_FILE_MISSING",
    message: expect.stringContaining(bridgeConfigFile) as string,
    hint: expect.stringContaining("dpkg-reconfigure") as string,
  });
  expect(bridgeFileMissing({ path: snapBridgeConfigFile })).toMatchObject({
    message: expect.stringContaining(snapBridgeConfigFile) as string,
    hint: expect.not.stringContaining("dpkg-reconfigure") as string,
  });
});

// As the original reads it.
test.each(["0", "f", "F", '"false"', "False", "FALSE"])("USE_LXD_BRIDGE=%s switches the bridge off", (value) => {
  expect(() => bridgeOfFile(fileOf({ USE_LXD_BRIDGE: value }), debian)).toThrow(
    expect.objectContaining({ code: "BRIDGE_DISABLED" }),
  );
});

test("the first line that offends decides", () => {
  expect(() => bridgeOfFile('LXD_BRIDGE=""\nUSE_LXD_BRIDGE=false\n', debian)).toThrow(
    expect.objectContaining({ code: "BRIDGE_NAME_MISSING" }),
  );
});

test("what is no boolean is ignored, and so are lines that do not begin with a key", () => {
  const text = `${fileOf({ USE_LXD_BRIDGE: "yes" })} LXD_BRIDGE=""\n#LXD_BRIDGE=""\n`;
  expect(bridgeOfFile(text, debian)).toBe("lxdbr0");
});

// The original gives an empty name without an error.
test("a file without a bridge is refused", () => {
  expect(() => bridgeOfFile('LXD_IPV4_ADDR="10.5.3.1"\n', debian)).toThrow(
    expect.objectContaining({ code: "BRIDGE_NAME_MISSING" }),
  );
});
