import { serverInfoSchema } from "@lxdkit/protocol";
import { describe, expect, test } from "vitest";
import type { ServerHost } from "../server-host.ts";
import { checkSpec } from "./check-spec.ts";
import type { ContainerSpec } from "./container-spec.ts";

const image = { fingerprint: "f", alias: "tiny" };

function host(environment: object = {}, flavour: "lxd" | "incus" = "lxd"): Pick<ServerHost, "flavour" | "info"> {
  const facts = {
    server: flavour,
    server_version: "1.0",
    server_name: "m1",
    architectures: ["x86_64", "i686"],
    server_clustered: false,
    ...environment,
  };
  const extensions = ["virtual-machines"];
  return {
    flavour,
    info: serverInfoSchema.parse({ api_version: "1.0", api_extensions: extensions, environment: facts }),
  };
}

test("a spec that says everything passes", () => {
  const spec: ContainerSpec = {
    name: "c1",
    image,
    type: "virtual-machine",
    architecture: "amd64",
    instanceType: "t2.micro",
    config: { "limits.cpu": "2", "user.empty": "" },
    devices: { root: { type: "disk", path: "/", pool: "p" }, eth0: { type: "none" } },
    profiles: ["default"],
    target: "m2",
  };
  expect(checkSpec(spec, host({ server_clustered: true }))).toBeUndefined();
  expect(checkSpec({ image, profiles: [] }, host())).toBeUndefined();
});

describe.each(["lxd", "incus"] as const)("on %s", (flavour) => {
  test.each<[string, Partial<ContainerSpec>, string]>([
    ["a name", { name: "a_b" }, "BAD_INSTANCE_NAME"],
    ["no image", { image: { fingerprint: "", alias: "" } }, "BAD_CONTAINER_SPEC"],
    ["an architecture that the server does not run", { architecture: "arm64" }, "BAD_CONTAINER_SPEC"],
    [
      "an image of another kind",
      { image: { ...image, type: "virtual-machine" }, type: "container" },
      "BAD_CONTAINER_SPEC",
    ],
    ["an instance type", { instanceType: " " }, "BAD_CONTAINER_SPEC"],
    ["a config key", { config: { "a=b": "1" } }, "BAD_CONTAINER_SPEC"],
    ["a device without a name", { devices: { "": { type: "none" } } }, "BAD_CONTAINER_SPEC"],
    ["a device without a type", { devices: { eth0: { name: "eth0" } } }, "BAD_CONTAINER_SPEC"],
    [
      "two root disks",
      { devices: { a: { type: "disk", path: "/" }, b: { type: "disk", path: "/" } } },
      "BAD_CONTAINER_SPEC",
    ],
    ["a profile", { profiles: ["default", ""] }, "BAD_CONTAINER_SPEC"],
    ["an empty target", { target: "" }, "BAD_CONTAINER_SPEC"],
    ["a target without a cluster", { target: "m1" }, "NOT_CLUSTERED"],
  ])("%s alone is told by its own error", (_, part, code) => {
    expect(() => {
      checkSpec({ image, ...part }, host({}, flavour));
    }).toThrow(expect.objectContaining({ code }));
  });
});

test("what is not type-checked is looked at too", () => {
  const spec = { image, type: "vm", config: { "limits.cpu": 2 }, devices: { d: { type: "disk", size: 5 } } };
  expect(() => {
    checkSpec(spec as unknown as ContainerSpec, host());
  }).toThrow(
    expect.objectContaining({
      message:
        '"vm" is no type of instances; the value of the config key limits.cpu is no text; the value of size of the device d is no text',
    }),
  );
});

test("a server that makes no virtual machines", () => {
  const { info, ...rest } = host();
  expect(() => {
    checkSpec({ image, type: "virtual-machine" }, { ...rest, info: { ...info, api_extensions: [] } });
  }).toThrow(expect.objectContaining({ code: "EXTENSION_MISSING" }));
});

test("in a cluster another member may run another architecture", () => {
  expect(checkSpec({ image, architecture: "arm64" }, host({ server_clustered: true }))).toBeUndefined();
});

test("all problems are told at once", () => {
  expect(() => {
    checkSpec({ name: "-", image, profiles: [""], target: "m1" }, host());
  }).toThrow(
    expect.objectContaining({
      code: "BAD_CONTAINER_SPEC",
      message: expect.stringMatching(/^"-" is not a name.*; a profile has an empty name; this server is in no cluster/),
      errors: [
        expect.objectContaining({ code: "BAD_INSTANCE_NAME" }),
        expect.objectContaining({ code: "BAD_CONTAINER_SPEC" }),
        expect.objectContaining({ code: "NOT_CLUSTERED" }),
      ],
    }),
  );
});
