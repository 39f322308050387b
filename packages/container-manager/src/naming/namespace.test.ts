import { expect, test } from "vitest";
import { createNamespace } from "./namespace.ts";

const uuid = "f47ac10b-58cc-4372-a567-0e02b2c3d479";
const namespace = createNamespace(uuid);

// The numbers are those of the cases of the manager.
test("row 4: the prefix has the end of the model's UUID", () => {
  expect(namespace.prefix()).toBe("juju-c3d479-");
  expect(createNamespace(uuid, { prefix: "lab-" }).prefix()).toBe("lab-c3d479-");
  expect(() => createNamespace("nope")).toThrow(expect.objectContaining({ code: "MODEL_UUID_INVALID" }));
});

test.each([
  ["2", "juju-c3d479-2"],
  ["2/lxd/4", "juju-c3d479-2-lxd-4"],
  ["0", "juju-c3d479-0"],
  ["1/kvm/0/lxd/7", "juju-c3d479-1-kvm-0-lxd-7"],
])("rows 5 and 6: machine %s is %s, and back", (id, name) => {
  expect(namespace.hostname(id)).toBe(name);
  expect(namespace.machineId(name)).toBe(id);
});

test.each([
  "foo",
  "",
  "01",
  "1/lxd",
  "1/LXD/2",
  "1//2",
  "-1",
  "1/lxd/02",
  "1-lxd-2",
  "1/lxd/2/",
  "1\n",
  "1".repeat(52),
])("row 5: %j is no machine", (id) => {
  expect(() => namespace.hostname(id)).toThrow(
    expect.objectContaining({
      code: "MACHINE_ID_INVALID",
      message: `machine ID ${JSON.stringify(id)} is not a valid machine`,
    }),
  );
});

test("the longest host name has 63 characters", () => {
  expect(namespace.hostname("1".repeat(51))).toHaveLength(63);
});

test("row 6: names of other namespaces, and of no machine", () => {
  expect(() => namespace.machineId("juju-aaaaaa-2")).toThrow(expect.objectContaining({ code: "HOSTNAME_FOREIGN" }));
  for (const name of ["juju-c3d479-", "juju-c3d479-foo", "juju-c3d479-1/lxd/2", "juju-c3d479-01"]) {
    expect(() => namespace.machineId(name)).toThrow(expect.objectContaining({ code: "MACHINE_ID_INVALID" }));
  }
});

test("any text can be put behind the prefix", () => {
  expect(namespace.value("any thing")).toBe("juju-c3d479-any thing");
});
