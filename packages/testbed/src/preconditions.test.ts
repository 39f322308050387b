import { expect, test } from "vitest";
import { checkPreconditions, type MachineFacts } from "./preconditions.ts";

const good: MachineFacts = {
  platform: "linux",
  userId: 0,
  hasNamespace: () => true,
  findProgram: (program) => `/usr/bin/${program}`,
};

function check(facts: Partial<MachineFacts>, withCloudImage = false): unknown {
  try {
    checkPreconditions("incus", withCloudImage, { ...good, ...facts });
    return undefined;
  } catch (error) {
    return error;
  }
}

test("a machine with everything passes", () => {
  expect(check({})).toBeUndefined();
});

test.each([
  [{ platform: "darwin" }, "A test bed needs Linux; this machine runs darwin."],
  [{ userId: 1000 }, "A test bed needs root, because it makes namespaces, mounts and containers."],
  [
    { hasNamespace: (kind: string) => kind !== "pid" && kind !== "net" },
    "The kernel offers no namespace of kind net, pid, which a test bed needs.",
  ],
])("%j is not supported", (facts, message) => {
  expect(check(facts)).toMatchObject({ code: "TESTBED_UNSUPPORTED", message, hint: expect.stringMatching(/./) });
});

test("missing programs are named together with the way to install them", () => {
  const lacking = (program: string): string | undefined =>
    ["incusd", "nft", "debootstrap"].includes(program) ? undefined : program;
  expect(check({ findProgram: lacking })).toMatchObject({
    code: "TESTBED_MISSING_PROGRAMS",
    message: "A test bed with Incus needs programs that are not here: nft, incusd.",
    hint: expect.stringContaining("npx lxdkit-testbed install --flavour incus`"),
  });
  expect(check({ findProgram: lacking }, true)).toMatchObject({
    message: expect.stringContaining("debootstrap"),
    hint: expect.stringContaining("npm run testbed -- install --flavour incus --with cloud"),
  });
});
