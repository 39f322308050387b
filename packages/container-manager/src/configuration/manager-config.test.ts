import { expect, test } from "vitest";
import type { Notice } from "../notice.ts";
import { createManagerConfig } from "./manager-config.ts";
import { readManagerSettings } from "./manager-settings.ts";

const uuid = "f47ac10b-58cc-4372-a567-0e02b2c3d479";

// The numbers are those of the cases of the manager, and of the container package where it says so.
test("row 1: without a model", () => {
  expect(() => readManagerSettings(createManagerConfig({}))).toThrow(
    expect.objectContaining({ code: "MODEL_UUID_MISSING", message: "model UUID is required" }),
  );
});

test.each(["nope", `x${uuid}`, `${uuid}0`, uuid.toUpperCase(), `${uuid}\n`])("row 2: %j is no model", (text) => {
  expect(() => readManagerSettings(createManagerConfig({ "model-uuid": text }))).toThrow(
    expect.objectContaining({
      code: "MODEL_UUID_INVALID",
      message: `model ID ${JSON.stringify(text)} is not a valid model`,
    }),
  );
});

test("row 3, and rows 11 of the container package: a value is there once", () => {
  const entries = { x: "1", toString: "own" };
  const config = createManagerConfig(entries);
  expect([config.popValue("x"), config.popValue("x"), config.popValue("missing")]).toEqual(["1", "", ""]);
  expect(config.popValue("constructor")).toBe("");
  expect(entries).toEqual({ x: "1", toString: "own" });
});

test("row 12 of the container package: a warning for each value that is left", () => {
  const told: Notice[] = [];
  const config = createManagerConfig({ b: "1", a: "2", x: "3" }, { onNotice: (notice) => told.push(notice) });
  config.popValue("x");
  config.warnAboutUnused();
  expect(told).toEqual([
    { level: "warning", message: "unused key of the manager's configuration: a" },
    { level: "warning", message: "unused key of the manager's configuration: b" },
  ]);
});

test("all that a manager knows is taken out and read", () => {
  const told: Notice[] = [];
  const onNotice = (notice: Notice): void => void told.push(notice);
  const entries = {
    "model-uuid": uuid,
    "log-dir": "/var/log/juju",
    "availability-zone": "zone-1",
    "container-image-metadata-url": "special.container.sauce",
    "container-image-stream": "daily",
    "container-image-metadata-defaults-disabled": "true",
    "lxd-snap-channel": "latest/stable",
  };
  expect(readManagerSettings(createManagerConfig(entries, { onNotice }), { onNotice })).toEqual({
    modelUuid: uuid,
    logDir: "/var/log/juju",
    availabilityZone: "zone-1",
    imageMetadataUrl: "special.container.sauce",
    imageStream: "daily",
    imageDefaultsDisabled: true,
  });
  expect(told).toEqual([]);
});

test("what is left out has a default, and an empty zone is told", () => {
  const told: Notice[] = [];
  const config = createManagerConfig({ "model-uuid": uuid, "container-image-stream": "nope" });
  expect(readManagerSettings(config, { onNotice: (notice) => told.push(notice) })).toEqual({
    modelUuid: uuid,
    logDir: "",
    availabilityZone: "",
    imageMetadataUrl: "",
    imageStream: "released",
    imageDefaultsDisabled: false,
  });
  expect(told).toEqual([{ level: "information", message: "no availability zone is configured" }]);
});

test("a listener that throws does no harm", () => {
  const onNotice = (): never => {
    throw new Error("deaf");
  };
  const config = createManagerConfig({ "model-uuid": uuid, left: "1" }, { onNotice });
  expect(readManagerSettings(config, { onNotice }).modelUuid).toBe(uuid);
});
