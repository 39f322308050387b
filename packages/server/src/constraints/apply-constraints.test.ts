import { expect, test } from "vitest";
import { applyConstraints, type Constrainable } from "./apply-constraints.ts";
import type { Constraints } from "./constraints.ts";

const lxd = { serverVersion: "5.0.2" };
const asked: Constraints = { mem: 2046, cores: 4, instanceType: "t2.micro" };

// Rows 1 to 3: server version, suffix of the memory.
test.each([
  ["3.10.0", "MiB"],
  ["2.0.11", "MB"],
  ["garbage", "MB"],
  ["", "MB"],
  ["3.9", "MB"],
  ["3.10", "MiB"],
  ["4.0", "MiB"],
  ["5.21.7 LTS", "MiB"],
])("rows 1 to 3: LXD %s", (serverVersion, suffix) => {
  expect(applyConstraints({}, asked, { serverVersion })).toEqual({
    config: { "limits.cpu": "4", "limits.memory": `2046${suffix}` },
    instanceType: "t2.micro",
  });
});

test("every Incus reads MiB, whatever its number", () => {
  for (const serverVersion of ["0.1", "6.0.4", "garbage"]) {
    expect(applyConstraints({}, { mem: 1 }, { flavour: "incus", serverVersion }).config).toEqual({
      "limits.memory": "1MiB",
    });
  }
});

test("row 4: empty constraints change nothing; zero is written when it is there", () => {
  const spec = { config: { "user.x": "1" } };
  expect(applyConstraints(spec, {}, lxd)).toEqual(spec);
  expect(applyConstraints({}, {}, lxd)).toEqual({});
  expect(applyConstraints({}, { cores: 0 }, lxd).config).toEqual({ "limits.cpu": "0" });
});

test("row 5: a size without a source is for the pool default", () => {
  expect(applyConstraints({}, { rootDisk: 5000 }, lxd).devices).toEqual({
    root: { type: "disk", pool: "default", path: "/", size: "5000MiB" },
  });
});

test("row 6: a source alone sets no size", () => {
  expect(applyConstraints({}, { rootDiskSource: "fast" }, lxd).devices).toEqual({
    root: { type: "disk", pool: "fast", path: "/" },
  });
});

test("the root disk of the profiles is kept: its name, its pool and what else it says", () => {
  const rootDisk = { name: "system", device: { type: "disk", path: "/", pool: "slow", "limits.read": "10MB" } };
  expect(applyConstraints({}, { rootDisk: 1 }, { ...lxd, rootDisk }).devices).toEqual({
    system: { ...rootDisk.device, size: "1MiB" },
  });
  // The spec's own comes first.
  const devices = { data: { type: "disk", path: "/", source: "/srv" }, own: { type: "disk", path: "/", pool: "own" } };
  expect(applyConstraints({ devices }, { rootDisk: 1 }, { ...lxd, rootDisk }).devices).toEqual({
    ...devices,
    own: { ...devices.own, size: "1MiB" },
  });
});

test("architecture and kind are for the server to see, zones are not", () => {
  const spec = applyConstraints({}, { arch: "arm64", virtType: "virtual-machine", zones: ["a"] }, lxd);
  expect(spec).toEqual({ architecture: "arm64", type: "virtual-machine" });
});

test("constraints win over the spec, which stays as it is", () => {
  const spec: Constrainable & { readonly name: string } = Object.freeze({
    name: "c1",
    config: Object.freeze({ "limits.cpu": "1", "user.x": "1" }),
    devices: Object.freeze({ eth0: Object.freeze({ type: "nic", network: "n" }) }),
  });
  const changed = applyConstraints(spec, { cores: 2, rootDisk: 1 }, lxd);
  expect(changed.config).toEqual({ "limits.cpu": "2", "user.x": "1" });
  expect(Object.keys(changed.devices ?? {})).toEqual(["eth0", "root"]);
  expect(changed.name).toBe("c1");
  expect(spec.config).toEqual({ "limits.cpu": "1", "user.x": "1" });
});
