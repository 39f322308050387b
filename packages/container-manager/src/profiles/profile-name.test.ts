import { expect, test } from "vitest";
import {
  filterLxdProfileNames,
  isLxdProfileName,
  lxdProfileReplaceRevision,
  lxdProfileRevision,
  matchLxdProfileName,
} from "./profile-name.ts";

const valid = ["juju-foo-bar-1", "juju-aaa-bbb-100", "juju-x-y-z-7", "juju-a-b-0"];
const invalid = ["default", "juju-", "juju-a-b-c", "juju-b-1", "juju-model-app-", "xjuju-foo-bar-1"];

// Row 24 of the manager's cases, and its rules for profiles of applications.
test("row 24: which names are valid", () => {
  expect(valid.filter(isLxdProfileName)).toEqual(valid);
  expect(invalid.filter(isLxdProfileName)).toEqual([]);
});

test("the revision is the last part, and can be replaced", () => {
  expect(valid.map(lxdProfileRevision)).toEqual([1, 100, 7, 0]);
  expect(lxdProfileReplaceRevision("juju-x-y-z-7", 8)).toBe("juju-x-y-z-8");
  for (const name of invalid) {
    const error = expect.objectContaining({
      code: "PROFILE_NAME_INVALID",
      message: `not a juju profile name: ${JSON.stringify(name)}`,
    });
    expect(() => lxdProfileRevision(name)).toThrow(error);
    expect(() => lxdProfileReplaceRevision(name, 1)).toThrow(error);
  }
});

test("a profile is found by its application and revision", () => {
  expect(matchLxdProfileName(["default", ...valid], "y-z", 7)).toBe("juju-x-y-z-7");
  expect(matchLxdProfileName(["default", ...valid], "y-z", 8)).toBeUndefined();
  expect(() => matchLxdProfileName(valid, "", 7)).toThrow(expect.objectContaining({ code: "APPLICATION_NAME_EMPTY" }));
});

test("names are filtered, each once, in the order in which they come last", () => {
  const names = ["default", "juju-m-a-1", "juju-m-b-1", "juju-m-a-1", "other", "juju-m-c-2"];
  expect(filterLxdProfileNames(names)).toEqual(["juju-m-b-1", "juju-m-a-1", "juju-m-c-2"]);
});
