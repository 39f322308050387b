import { expect, test } from "vitest";
import { packagesFor } from "./packages.ts";

test("each flavour brings its server and client, extras bring theirs, and nothing comes twice", () => {
  const lxd = packagesFor(["lxd"], []);
  expect(lxd).toEqual(
    expect.arrayContaining(["busybox-static", "dnsmasq-base", "lxd", "lxd-client", "squashfs-tools"]),
  );
  expect(lxd.join(" ")).not.toContain("incus");
  const all = packagesFor(["lxd", "incus"], ["cloud", "bench"]);
  expect(all).toEqual(expect.arrayContaining(["incus-base", "incus-client", "debootstrap", "hyperfine"]));
  expect(new Set(all).size).toBe(all.length);
});
