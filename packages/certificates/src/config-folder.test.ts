import { expect, test } from "vitest";
import { findConfigFolder } from "./config-folder.ts";

const environment = { LXD_CONF: "/l", INCUS_CONF: "/i", HOME: "/users/u" };

test("the variable of the flavour comes first", () => {
  expect(findConfigFolder({ flavour: "lxd", environment })).toBe("/l");
  expect(findConfigFolder({ flavour: "incus", environment })).toBe("/i");
});

test("else it is in the home folder, for LXD that of the snap when it is there", () => {
  const home = { HOME: "/users/u", LXD_CONF: "", INCUS_CONF: "" };
  const all = { environment: home, isFolder: () => true };
  const none = { environment: home, isFolder: () => false };
  expect(findConfigFolder({ flavour: "lxd", ...all })).toBe("/users/u/snap/lxd/common/config");
  expect(findConfigFolder({ flavour: "lxd", ...none })).toBe("/users/u/.config/lxc");
  expect(findConfigFolder({ flavour: "incus", ...all })).toBe("/users/u/.config/incus");
  expect(findConfigFolder({ flavour: "lxd", environment: { HOME: "/nonexistent" } })).toBe("/nonexistent/.config/lxc");
});

test("without the variable and HOME it is unknown", () => {
  expect(() => findConfigFolder({ flavour: "lxd", environment: {} })).toThrow(
    expect.objectContaining({ code: "CONFIG_FOLDER_UNKNOWN" }),
  );
});
