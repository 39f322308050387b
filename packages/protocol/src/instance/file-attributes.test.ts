import fc from "fast-check";
import { expect, test } from "vitest";
import { fileHeaders, readFileAttributes } from "./file-attributes.ts";

test("what LXD 5.0.2 says of a file", () => {
  const headers = {
    "content-length": "71",
    "x-lxd-gid": "0",
    "x-lxd-mode": "0644",
    "x-lxd-modified": "1970-01-01 00:00:00 +0000 UTC",
    "x-lxd-type": "file",
    "x-lxd-uid": "0",
  };
  expect(readFileAttributes(headers, "lxd")).toEqual({
    type: "file",
    uid: 0,
    gid: 0,
    mode: 0o644,
    modified: "1970-01-01 00:00:00 +0000 UTC",
  });
  expect(readFileAttributes(headers, "incus")).toEqual({ type: "file" });
});

test("values that cannot be read are left out", () => {
  const headers = { "x-incus-mode": "9", "x-incus-uid": "-1", "x-incus-gid": ["7"], "x-incus-type": "directory" };
  expect(readFileAttributes(headers, "incus")).toEqual({ type: "directory", gid: 7 });
});

test("only what is asked for is written", () => {
  expect(fileHeaders({}, "lxd")).toEqual({});
  expect(fileHeaders({ type: "directory", mode: 0o7, write: "append" }, "incus")).toEqual({
    "X-Incus-type": "directory",
    "X-Incus-mode": "0007",
    "X-Incus-write": "append",
  });
});

test("a mode begins with a zero, without which servers would read it as a decimal number", () => {
  expect(fileHeaders({ mode: 0o1777 }, "lxd")).toEqual({ "X-LXD-mode": "01777" });
  expect(fileHeaders({ mode: 0 }, "lxd")).toEqual({ "X-LXD-mode": "0000" });
});

test("what is written is read back, for both families", () => {
  const attributes = fc.record({
    type: fc.constantFrom("file" as const, "directory" as const, "symlink" as const),
    uid: fc.nat(0x7fffffff),
    gid: fc.nat(0x7fffffff),
    mode: fc.nat(0o7777),
  });
  fc.assert(
    fc.property(attributes, fc.constantFrom("lxd" as const, "incus" as const), (written, flavour) => {
      const headers = Object.entries(fileHeaders(written, flavour)).map(([name, value]) => [name.toLowerCase(), value]);
      expect(readFileAttributes(Object.fromEntries(headers) as Record<string, string>, flavour)).toEqual(written);
    }),
  );
});
