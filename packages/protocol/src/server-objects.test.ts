import { expect, test } from "vitest";
import { accessSchema } from "./access.ts";
import { certificateSchema } from "./certificate.ts";
import { configurationMetadataSchema } from "./configuration-metadata.ts";
import { imageMetadataSchema } from "./image/image-metadata.ts";
import { profileSchema } from "./profile.ts";
import { projectSchema, projectStateSchema } from "./project.ts";
import { serverInfoSchema } from "./server-info.ts";
import { warningSchema } from "./warning.ts";

// Samples as LXD 5.0.2 and Incus 6.0.4 sent them, shortened.
test("an untrusted caller sees neither configuration nor environment", () => {
  const info = { api_extensions: ["etag"], api_status: "stable", api_version: "1.0", auth: "untrusted", public: false };
  const read = serverInfoSchema.parse({ ...info, auth_methods: ["tls"], config: null });
  expect(read).toMatchObject({ config: {}, api_status: "stable" });
  expect(read.environment).toBeUndefined();
});

test("storage drivers have capitalised keys", () => {
  const environment = {
    server: "incus",
    server_version: "6.0.4",
    kernel_features: { idmapped_mounts: "true" },
    storage_supported_drivers: [{ Name: "btrfs", Version: "6.2", Remote: false }],
  };
  const config = { "core.https_address": "127.0.0.1:8443", "core.trust_password": true };
  expect(serverInfoSchema.parse({ api_version: "1.0", auth_user_name: "root", config, environment })).toMatchObject({
    auth_user_name: "root",
    config: { "core.trust_password": true },
    environment: { storage_supported_drivers: [{ Name: "btrfs", Remote: false }], lxc_features: {}, addresses: [] },
  });
});

test("a certificate; only Incus describes it", () => {
  const certificate = {
    name: "cert1",
    type: "client",
    restricted: true,
    projects: ["p1"],
    certificate: "-----BEGIN CERTIFICATE-----\n",
    fingerprint: "45645eddf3af733d8370",
  };
  expect(certificateSchema.parse(certificate)).toEqual(certificate);
  expect(certificateSchema.parse({ ...certificate, projects: null, description: "d" })).toMatchObject({
    projects: [],
    description: "d",
  });
});

test("a profile and a project", () => {
  expect(profileSchema.parse({ name: "p", config: null, devices: { eth0: null }, used_by: null })).toMatchObject({
    config: {},
    devices: { eth0: {} },
    used_by: [],
  });
  const project = { config: { "features.images": "true" }, description: "d", name: "p1", used_by: [] };
  expect(projectSchema.parse(project)).toEqual(project);
});

test("the state of a project has capitalised keys", () => {
  const state = { resources: { instances: { Limit: 5, Usage: 0 }, "virtual-machines": { Limit: -1, Usage: 0 } } };
  expect(projectStateSchema.parse(state)).toEqual(state);
  expect(projectStateSchema.safeParse({ resources: { instances: { limit: 5, usage: 0 } } }).success).toBe(false);
});

test("nobody in particular has access to an instance of a plain server", () => {
  expect(accessSchema.parse(null)).toEqual([]);
  expect(accessSchema.parse([{ identifier: "f", role: "admin", provider: "tls" }])).toHaveLength(1);
});

test("a warning", () => {
  const warning = {
    status: "new",
    uuid: "2b8cc017-58fb-4a49-a470-145c63e3becc",
    location: "m1",
    project: "",
    type: "Instance type not operational",
    count: 1,
    first_seen_at: "2026-11-22T03:51:07.595613305Z",
    last_seen_at: "2026-11-22T03:51:07.595613305Z",
    last_message: "vhost_vsock kernel module not loaded",
    severity: "low",
    entity_url: "",
  };
  expect(warningSchema.parse(warning)).toEqual(warning);
});

test("an image without templates", () => {
  const metadata = {
    architecture: "x86_64",
    creation_date: 1_760_000_000,
    expiry_date: 0,
    properties: { os: "ubuntu" },
  };
  expect(imageMetadataSchema.parse({ ...metadata, templates: null })).toEqual({ ...metadata, templates: {} });
});

test("what Incus knows about its keys", () => {
  const key = { longdesc: "", shortdesc: "Boot priority", type: "integer", required: "no" };
  const configs = { devices: { disk: { keys: [{ "boot.priority": key }] } } };
  expect(configurationMetadataSchema.parse({ configs })).toEqual({ configs });
});
