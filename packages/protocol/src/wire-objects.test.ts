import { expect, test } from "vitest";
import { envelopeSchema } from "./envelope.ts";
import { imageSchema } from "./image/image.ts";
import { instanceFullSchema } from "./instance/instance.ts";
import { operationSchema } from "./operation.ts";
import { flavourOf, serverInfoSchema } from "./server-info.ts";

test("null maps and lists are read as empty, unknown fields are kept", () => {
  const read = instanceFullSchema.parse({
    name: "c1",
    status: "Running",
    status_code: 103,
    type: "container",
    profiles: null,
    config: null,
    devices: { eth0: null },
    backups: null,
    future_field: [1],
    state: { status: "Running", status_code: 103, network: null, os_info: null },
  });
  expect(read).toMatchObject({
    profiles: [],
    config: {},
    devices: { eth0: {} },
    snapshots: [],
    backups: [],
    future_field: [1],
    state: { network: {}, os_info: null, disk: {}, cpu: { usage: 0 } },
  });
});

test("a state that the server could not read is null", () => {
  expect(instanceFullSchema.parse({ name: "c1", type: "container" }).state).toBeNull();
});

test("an image without a type is one for containers", () => {
  expect(imageSchema.parse({ fingerprint: "f", type: "" }).type).toBe("container");
  expect(imageSchema.parse({ fingerprint: "f" }).type).toBe("container");
  expect(imageSchema.parse({ fingerprint: "f", type: "virtual-machine" }).type).toBe("virtual-machine");
});

test("an operation without metadata has an empty map", () => {
  const operation = { id: "i", class: "task", status: "Running", status_code: 103, metadata: null, resources: null };
  expect(operationSchema.parse(operation)).toMatchObject({ metadata: {}, resources: {}, may_cancel: false });
});

test("an envelope needs a type that the API has", () => {
  expect(envelopeSchema.safeParse({ type: "other" }).success).toBe(false);
  expect(envelopeSchema.parse({ type: "sync", metadata: [] })).toMatchObject({ error: "", operation: "" });
});

test.each([
  [{ environment: { server: "lxd", server_version: "5.0.2" } }, "lxd"],
  [{ environment: { server: "incus", server_version: "6.0.4" } }, "incus"],
  [{ api_extensions: ["etag", "auth_tls_jwt"] }, "incus"],
  [{ api_extensions: ["etag"] }, "lxd"],
])("%j is %s", (fields, flavour) => {
  expect(flavourOf(serverInfoSchema.parse({ api_version: "1.0", ...fields }))).toBe(flavour);
});
