import { expect, test } from "vitest";
import { parseFilter } from "./filter.ts";

const object = {
  name: "web-1",
  status: "Running",
  ephemeral: false,
  config: { "user.role": "front end", "limits.cpu": "2" },
};

test.each([
  ["", true],
  ["name eq web-1", true],
  ["name eq web", false],
  ["name eq web.*", true],
  ["name eq ^web", true],
  ["name eq WEB-1", true],
  ["name ne web-1", false],
  ["not name eq web-1", false],
  ["config.limits.cpu eq 2", true],
  ['config.user.role eq "front end"', true],
  ["name eq x or name eq y or status eq running", true],
  ["name eq web-1 or name eq y and status eq Stopped", false],
  ["name eq [", false],
])("both families: %s", (filter, fits) => {
  expect(parseFilter(filter, "lxd")(object)).toBe(fits);
  expect(parseFilter(filter, "incus")(object)).toBe(fits);
});

test("LXD compares text only and takes every operator but ne as eq", () => {
  expect(parseFilter("ephemeral eq false", "lxd")(object)).toBe(false);
  expect(parseFilter("name like web-1", "lxd")(object)).toBe(true);
  expect(parseFilter("nothing eq x", "lxd")(object)).toBe(false);
});

test("Incus compares booleans and refuses what it does not know", () => {
  expect(parseFilter("ephemeral eq false", "incus")(object)).toBe(true);
  expect(() => parseFilter("name like web-1", "incus")(object)).toThrow("Unsupported operation");
  expect(() => parseFilter("nothing eq x", "incus")(object)).toThrow('Invalid type "invalid" for field "nothing"');
  expect(parseFilter("config.user.none eq x", "incus")(object)).toBe(false);
});

test.each([
  ["name", "clause has no operator"],
  ["name eq", "clause has no value"],
  ["not", "incomplete not clause"],
  ['name eq "x"', "unterminated quote"],
  ["name eq x and", "unterminated compound clause"],
  ["name eq x xor name eq y", "invalid clause composition"],
])("%s: %s", (filter, reason) => {
  expect(() => parseFilter(filter, "lxd")).toThrow(
    expect.objectContaining({ status: 500, message: `Invalid filter: ${reason}` }) as Error,
  );
  expect(() => parseFilter(filter, "incus")).toThrow(expect.objectContaining({ status: 400 }) as Error);
});
