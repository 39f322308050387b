import { expect, test } from "vitest";
import { uploadHeaders } from "./upload-headers.ts";

test("what is given is written as the servers read it", () => {
  const image = {
    fingerprint: "ab12",
    public: true,
    properties: { os: "Debian", "a=1": "b&c d" },
    filename: "größe.tar",
    profiles: ["default", "a b"],
    aliases: ["x/y", "é"],
    secret: "s",
  };
  expect(uploadHeaders("X-Incus-", image)).toEqual({
    "X-Incus-fingerprint": "ab12",
    "X-Incus-public": "true",
    "X-Incus-properties": "os=Debian&a%3D1=b%26c+d",
    // Each character is one byte of the UTF-8 text.
    "X-Incus-filename": "grÃ¶Ã\u009Fe.tar",
    "X-Incus-profiles": "profile=default&profile=a+b",
    "X-Incus-aliases": "alias=x%2Fy&alias=%C3%A9",
    "X-Incus-secret": "s",
  });
});

test("what is not given is not sent, and private is the default", () => {
  expect(uploadHeaders("X-LXD-", {})).toEqual({});
  expect(uploadHeaders("X-LXD-", { public: false })).toEqual({});
});

test("a file name cannot end the header", () => {
  expect(() => uploadHeaders("X-LXD-", { filename: "a\r\nX-LXD-public: true" })).toThrow(
    expect.objectContaining({ code: "BAD_TEXT" }),
  );
});
