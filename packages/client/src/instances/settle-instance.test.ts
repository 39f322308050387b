import { ApiError, type Connection } from "@lxdkit/transport";
import { expect, test } from "vitest";
import type { ClientContext } from "../client-context.ts";
import { settleRename } from "../settle.ts";
import { settleInstanceUpdate } from "./settle-instance.ts";

/** A server that has these instances and knows nothing else. */
function withInstances(...instances: readonly { readonly name: string }[]): ClientContext {
  const request: Connection["request"] = async ({ method, path }) => {
    const found = instances.find(({ name }) => path === `/1.0/instances/${name}`);
    if (found === undefined) {
      throw new ApiError({ status: 404, serverMessage: "not found", request: `${method} ${path}`, address: "here" });
    }
    const envelope = { type: "sync", status: "", status_code: 200, operation: "", error_code: 0, error: "" } as const;
    return { status: 200, headers: {}, etag: undefined, envelope: { ...envelope, metadata: found } };
  };
  return { connection: { request } as Connection } as ClientContext;
}

const instance = {
  name: "c1",
  description: "one",
  ephemeral: false,
  profiles: ["default", "web"],
  config: { "user.a": "1", "volatile.uuid": "x" },
  devices: { eth0: { type: "nic", network: "br0" } },
};
const { name, ...body } = instance;

test.each([
  ["what is there", body, true],
  ["other volatile keys", { ...body, config: { "volatile.uuid": "y", "user.a": "1" } }, true],
  ["an empty key, which removes it", { ...body, config: { "user.a": "1", "user.b": "" } }, true],
  ["nothing", {}, true],
  ["another description", { ...body, description: "two" }, false],
  ["another key", { ...body, config: { "user.a": "2" } }, false],
  ["a key less", { ...body, config: {} }, false],
  ["profiles in another order", { ...body, profiles: ["web", "default"] }, false],
  ["another device", { ...body, devices: {} }, false],
  ["a snapshot to go back to", { restore: "s1" }, undefined],
])("an update to %s", async (_what, wanted, isMade) => {
  const settle = settleInstanceUpdate(withInstances(instance), name, wanted, {});
  expect(await settle(undefined)).toBe(isMade);
});

test("an update of an instance that is gone was not made", async () => {
  expect(await settleInstanceUpdate(withInstances(), name, body, {})(undefined)).toBe(false);
});

test.each([
  ["has the old name still", ["c1"], false],
  ["has the new name", ["c2"], true],
  ["is there under both", ["c1", "c2"], false],
  ["is there under neither", [], undefined],
])("a rename of what %s", async (_what, names, isMade) => {
  const context = withInstances(...names.map((each) => ({ name: each })));
  const item = "GET /1.0/instances/{name}";
  const settle = settleRename(context, item, { path: { name: "c1" } }, { path: { name: "c2" } });
  expect(await settle(undefined)).toBe(isMade);
});
