import { type InstancesPost, type Operation, operationSchema } from "@lxdkit/protocol";
import { ApiError, type Connection } from "@lxdkit/transport";
import { expect, test } from "vitest";
import type { ClientContext } from "../client-context.ts";
import { settleRename } from "../settle.ts";
import { settleInstanceCreation, settleInstanceUpdate } from "./settle-instance.ts";

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

const made = { "volatile.apply_template": "create" };
const ran = { "volatile.last_state.power": "STOPPED" };
const image: InstancesPost = { name: "c1", source: { type: "image", alias: "tiny" } };
const created_at = "2026-01-01T00:00:01Z";
const creation: Operation = operationSchema.parse({ id: "a", class: "task", status: "", status_code: 103, created_at });

test.each<
  [string, Partial<InstancesPost>, { config: object; status?: string; created_at?: string }, boolean | undefined]
>([
  ["with the mark of the end", {}, { config: made }, true],
  ["that ran", {}, { config: ran }, true],
  ["that runs", {}, { config: {}, status: "Running" }, true],
  ["without a mark", {}, { config: {} }, false],
  ["without a mark, in error", {}, { config: {}, status: "Error" }, false],
  ["that was there before", {}, { config: made, created_at: "2026-01-01T00:00:00Z" }, false],
  ["that came after", {}, { config: made, created_at: "2026-01-01T00:00:02Z" }, true],
  ["with marks that came along", { config: made }, { config: made }, undefined],
  ["with other marks that came along", { config: ran }, { config: ran }, undefined],
  [
    "that was brought up to date",
    { source: { type: "copy", source: "c0", refresh: true } },
    { config: made },
    undefined,
  ],
  ["that is sent from elsewhere", { source: { type: "migration" } }, { config: {} }, undefined],
  ["that should run", { start: true }, { config: made }, false],
  ["that should run and does", { start: true }, { config: made, status: "Running" }, true],
])(
  "a creation of an instance %s",
  async (_what, more, { config, status = "Stopped", created_at: at = created_at }, isMade) => {
    const context = withInstances({ name: "c1", type: "container", status, config, created_at: at } as {
      name: string;
    });
    const info = () => Promise.resolve({ api_extensions: ["instance_create_start"] });
    const settle = settleInstanceCreation({ ...context, info } as never, { ...image, ...more }, {});
    expect(await settle(undefined, creation)).toBe(isMade);
  },
);

test("older servers do not start what they make", async () => {
  const context = withInstances({ name: "c1", type: "container", status: "Stopped", config: made } as { name: string });
  const info = () => Promise.resolve({ api_extensions: [] });
  const settle = settleInstanceCreation({ ...context, info } as never, { ...image, start: true }, {});
  expect(await settle(undefined, creation)).toBe(true);
});

test("an instance that is not there was not made; one whose name the server chose cannot be found", async () => {
  expect(await settleInstanceCreation(withInstances(), image, {})(undefined, creation)).toBe(false);
  expect(
    await settleInstanceCreation(withInstances(), { ...image, name: "" }, {})(undefined, creation),
  ).toBeUndefined();
});
