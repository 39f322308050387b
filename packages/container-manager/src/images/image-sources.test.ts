import { cloudImagesDailyRemote, cloudImagesRemote } from "@lxdkit/transport";
import { expect, test } from "vitest";
import { imageSources } from "./image-sources.ts";

const custom = {
  name: "special.container.sauce",
  host: "https://special.container.sauce",
  protocol: "simplestreams",
};

// Row 19 of the manager's cases: each row of the order of image sources.
test.each([
  ["", "released", [cloudImagesRemote, cloudImagesDailyRemote]],
  ["", "daily", [cloudImagesDailyRemote]],
  ["http://special.container.sauce", "released", [custom, cloudImagesRemote, cloudImagesDailyRemote]],
  ["http://special.container.sauce", "daily", [custom, cloudImagesDailyRemote]],
  ["special.container.sauce", "daily", [custom, cloudImagesDailyRemote]],
] as const)("row 19: URL %j, stream %s", (imageMetadataUrl, imageStream, expected) => {
  const found = imageSources({ imageMetadataUrl, imageStream });
  expect(found).toMatchObject(expected.map(({ name, host, protocol }) => ({ name, host, protocol })));
  expect(found).toHaveLength(expected.length);
});

test("the official servers can be left out", () => {
  const settings = { imageStream: "released", imageDefaultsDisabled: true } as const;
  expect(imageSources({ ...settings, imageMetadataUrl: "" })).toEqual([]);
  expect(imageSources({ ...settings, imageMetadataUrl: "special.container.sauce/a" })).toMatchObject([
    { name: "special.container.sauce/a", host: "https://special.container.sauce/a" },
  ]);
});

test.each(["file:///srv/images", "ftp://host", "https://", "a b"])("%j is refused", (imageMetadataUrl) => {
  expect(() => imageSources({ imageMetadataUrl, imageStream: "released" })).toThrow(
    expect.objectContaining({ code: "IMAGE_URL_INVALID", hint: expect.any(String) as string }),
  );
});
