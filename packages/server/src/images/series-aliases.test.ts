import { expect, test } from "vitest";
import { seriesAliases } from "./series-aliases.ts";

test.each([
  ["xenial", "amd64", "xenial/amd64"],
  ["jammy", "arm64", "jammy/arm64"],
  ["noble", "aarch64", "noble/arm64"],
  ["focal", "s390x", "focal/s390x"],
  // Row 13.
  ["centos7", "amd64", "centos/7/cloud/amd64"],
  ["centos8", "x86_64", "centos/8/cloud/amd64"],
  ["centos9", "amd64", "centos/9-Stream/cloud/amd64"],
  ["opensuseleap", "amd64", "opensuse/42.2/amd64"],
])("%s on %s is %s", (series, architecture, alias) => {
  expect(seriesAliases(series, architecture)).toEqual([alias]);
});

// Row 11.
test.each([
  ["centos7", "arm64"],
  ["centos8", "aarch64"],
  ["centos9", "ppc64el"],
  ["opensuseleap", "s390x"],
])("%s on %s is not supported", (series, architecture) => {
  expect(() => seriesAliases(series, architecture)).toThrow(
    expect.objectContaining({ code: "SERIES_NOT_SUPPORTED", message: expect.stringContaining(series) }),
  );
});

// Row 12.
test.each(["pldlinux", "", "Jammy", "22.04", "constructor"])("the series %j is unknown", (series) => {
  expect(() => seriesAliases(series, "amd64")).toThrow(
    expect.objectContaining({ code: "SERIES_UNKNOWN", message: expect.stringContaining(JSON.stringify(series)) }),
  );
});
