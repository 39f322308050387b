import { expect, test } from "vitest";
import { addDisk, type Disk } from "./add-disk.ts";

const disk: Disk = { path: "/", source: "source", pool: "default", readonly: true };
const device = { type: "disk", path: "/", source: "source", pool: "default", readonly: "true" };

test("row 26: a disk is added to a copy", () => {
  const before: { name: string; devices?: Record<string, Record<string, string>> } = Object.freeze({ name: "c1" });
  const after = addDisk(before, "root", disk);
  expect(after).toEqual({ name: "c1", devices: { root: device } });
  expect(before).toEqual({ name: "c1" });
  expect(addDisk(after, "data", { path: "/srv", source: "/srv" }).devices).toEqual({
    root: device,
    data: { type: "disk", path: "/srv", source: "/srv" },
  });
});

test("row 26: an equal device is accepted, another one of that name is not", () => {
  const one = addDisk({ name: "c1", devices: {} }, "root", disk);
  expect(addDisk(one, "root", disk)).toEqual(one);
  expect(() => addDisk(one, "root", { ...disk, readonly: false })).toThrow(
    expect.objectContaining({
      code: "DEVICE_EXISTS",
      message: 'container "c1" already has a device "root"',
    }),
  );
});

test("no pool: the key is left out, also for an empty text", () => {
  expect(addDisk({}, "d", { path: "/d", source: "/d", pool: "" }).devices).toEqual({
    d: { type: "disk", path: "/d", source: "/d" },
  });
});
