import { expect, test } from "vitest";
import {
  imageCreatedMetadataSchema,
  imageSecretMetadataSchema,
  operationProgressSchema,
  operationsByStatusSchema,
  operationUrlsSchema,
  sessionMetadataSchema,
  tokenMetadataSchema,
} from "./operation-metadata.ts";
import { lifecycleEventSchema, loggingEventSchema } from "./event.ts";

test("operations are listed by status; an idle server may send null", () => {
  expect(operationUrlsSchema.parse(null)).toEqual({});
  expect(operationUrlsSchema.parse({ running: ["/1.0/operations/1"] })).toEqual({ running: ["/1.0/operations/1"] });
  const operation = { id: "1", class: "token", status: "Cancelled", status_code: 401, resources: { cluster: null } };
  expect(operationsByStatusSchema.parse({ cancelled: [operation] })).toMatchObject({
    cancelled: [{ id: "1", resources: { cluster: [] } }],
  });
});

test("the metadata of a command, with web sockets and recorded", () => {
  const fds = { 0: "c78aa8d7", control: "68ecbb1f" };
  expect(
    sessionMetadataSchema.parse({ command: ["cat"], environment: { USER: "root" }, fds, interactive: true }),
  ).toEqual({
    command: ["cat"],
    environment: { USER: "root" },
    fds,
    interactive: true,
    output: {},
  });
  expect(sessionMetadataSchema.parse({ output: { 1: "/1.0/x" }, return: 0 })).toMatchObject({ return: 0, fds: {} });
});

test("the metadata of tokens", () => {
  const token = { addresses: ["127.0.0.1:40943"], fingerprint: "aa4e6163", secret: "114895b9" };
  expect(tokenMetadataSchema.parse({ ...token, request: { name: "tok", projects: null } })).toMatchObject({
    request: { name: "tok", type: "", restricted: false, projects: [] },
  });
  expect(tokenMetadataSchema.parse({ ...token, serverName: "m3", addresses: null })).toMatchObject({
    serverName: "m3",
    addresses: [],
  });
  expect(tokenMetadataSchema.safeParse({ addresses: [] }).success).toBe(false);
});

test("the metadata of images and progress", () => {
  expect(imageSecretMetadataSchema.parse({ secret: "s" })).toEqual({ secret: "s" });
  expect(imageCreatedMetadataSchema.parse({ fingerprint: "f", size: "1036030" }).size).toBe("1036030");
  const progress = { percent: "100", speed: "32444883", stage: "create_instance_from_image_unpack" };
  expect(operationProgressSchema.parse(progress)).toEqual(progress);
});

test("lifecycle and logging events", () => {
  const requestor = { username: "root", protocol: "unix", address: "@" };
  const event = { action: "instance-started", source: "/1.0/instances/c1", context: null, requestor };
  expect(lifecycleEventSchema.parse(event)).toEqual(event);
  expect(loggingEventSchema.parse({ message: "m", level: "info", context: null }).context).toEqual({});
});
