import { expect, test } from "vitest";
import { compareChannels, parseChannel } from "./channel.ts";

test.for([
  ["latest/stable", "latest/stable", "same"],
  ["latest/stable/ubuntu-20.04", "latest/stable", "same"],
  ["latest/stable", "stable", "same"],
  ["5.0/stable", "", "same"],
  // No prefix of the text: another risk is another channel.
  ["5.0/edge", "5.0", "older"],
  ["5.0/stable", "5.0/edge", "newer"],
  ["3.2/stable", "latest/stable", "newer"],
  ["4.0/stable", "5.0/stable", "newer"],
  ["5.0/stable", "5.21/stable", "newer"],
  ["latest/stable", "5.21/stable", "older"],
  ["5.21/stable", "5.0/stable", "older"],
] as const)("from %s to %s is %s", ([installed, wanted, change]) => {
  expect(compareChannels(installed, wanted)).toBe(change);
});

test("names of channels in short and in full", () => {
  expect(parseChannel("stable")).toEqual({ track: "latest", risk: "stable", branch: "" });
  expect(parseChannel("5.0")).toEqual({ track: "5.0", risk: "stable", branch: "" });
  expect(parseChannel("latest/edge/fix")).toEqual({ track: "latest", risk: "edge", branch: "fix" });
  for (const bad of ["", "a/b/c/d", "5.0/nosuch", "5.0//x", "a b"]) {
    expect(() => parseChannel(bad)).toThrow(expect.objectContaining({ code: "BAD_CHANNEL" }));
  }
});
