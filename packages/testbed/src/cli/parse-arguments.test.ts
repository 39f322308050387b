import { expect, test } from "vitest";
import { parseArguments, usage } from "./parse-arguments.ts";

test.each([[], ["--help"], ["-h"], ["up", "--help"]])("%j asks for help", (...args) => {
  expect(parseArguments(args)).toEqual({ name: "help" });
});

test("install takes flavours and extras, repeated or with commas", () => {
  expect(parseArguments(["install"])).toEqual({ name: "install", flavours: ["lxd", "incus"], extras: [] });
  const args = ["install", "--flavour", "incus", "--with", "cloud,bench", "--with", "pylxd"];
  expect(parseArguments(args)).toEqual({ name: "install", flavours: ["incus"], extras: ["cloud", "bench", "pylxd"] });
});

test("up and run say which bed they want", () => {
  const bed = { flavour: "incus", members: 3, cloudImage: true };
  expect(parseArguments(["up", "--flavour=incus", "--members=3", "--cloud"])).toEqual({ name: "up", bed });
  expect(parseArguments(["run", "--", "lxc", "list", "--", "--help"])).toEqual({
    name: "run",
    bed: { cloudImage: false },
    command: ["lxc", "list", "--", "--help"],
  });
});

test.each([
  [["run"], "run needs a command after --"],
  [["run", "lxc"], "Unexpected argument 'lxc'"],
  [["up", "--", "lxc"], "up runs no command"],
  [["up", "--flavour", "docker"], "--flavour is lxd or incus, not docker"],
  [["up", "--members", "2"], "--members is 1 or 3, not 2"],
  [["install", "--with", "coffee"], "--with is one of cloud, bench, pylxd, gpg, btrfs, ovn, not coffee"],
  [["status", "--verbose"], "Unknown option '--verbose'"],
  [["start"], "there is no command start"],
])("%j is refused", (args, reason) => {
  expect(() => parseArguments(args)).toThrow(
    expect.objectContaining({ code: "TESTBED_USAGE", message: expect.stringContaining(reason) }),
  );
});

test("the usage names every command", () => {
  for (const name of ["install", "up", "run", "status", "down"]) expect(usage).toContain(`lxdkit-testbed ${name}`);
});
