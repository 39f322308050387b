import { expect, test } from "vitest";
import { storageBucketKeySchema, storageBucketSchema } from "./storage-bucket.ts";
import { storagePoolResourcesSchema, storagePoolSchema } from "./storage-pool.ts";
import { storageVolumeSchema, storageVolumeStateSchema } from "./storage-volume.ts";
import { storageVolumeBackupSchema } from "./storage-volume-backup.ts";
import { storageVolumeSnapshotSchema } from "./storage-volume-snapshot.ts";

// Samples as LXD 5.0.2 and Incus 6.0.4 sent them; buckets are made by their field names.
test("a pool and its resources", () => {
  const pool = {
    config: { source: "/p" },
    description: "",
    name: "default",
    driver: "dir",
    used_by: [],
    status: "Created",
  };
  expect(storagePoolSchema.parse({ ...pool, locations: ["none"] })).toEqual({ ...pool, locations: ["none"] });
  const resources = {
    space: { used: 26_226_233_344, total: 270_553_174_016 },
    inodes: { used: 485_569, total: 16_777_216 },
  };
  expect(storagePoolResourcesSchema.parse(resources)).toEqual(resources);
  expect(storagePoolResourcesSchema.parse({ space: null })).toEqual({
    space: { used: 0, total: 0 },
    inodes: { used: 0, total: 0 },
  });
});

test("a volume of LXD has no time of creation", () => {
  const volume = {
    config: {},
    description: "d",
    name: "v1",
    type: "custom",
    used_by: [],
    location: "none",
    content_type: "filesystem",
    project: "default",
    created_at: "0001-01-01T00:00:00Z",
  };
  expect(storageVolumeSchema.parse(volume)).toEqual(volume);
});

test("the dir driver of Incus cannot tell a volume's usage", () => {
  expect(storageVolumeStateSchema.parse({ usage: null })).toEqual({ usage: null });
  expect(storageVolumeStateSchema.parse({ usage: { used: 5 } })).toEqual({ usage: { used: 5, total: 0 } });
});

test("a volume's snapshot may never expire", () => {
  const snapshot = {
    description: "d",
    name: "v1/vs1",
    config: {},
    content_type: "",
    created_at: "0001-01-01T00:00:00Z",
  };
  expect(storageVolumeSnapshotSchema.parse({ ...snapshot, expires_at: null })).toEqual({
    ...snapshot,
    expires_at: null,
  });
  expect(storageVolumeSnapshotSchema.parse(snapshot).expires_at).toBeNull();
});

test("a volume's backup", () => {
  const backup = { name: "vb1", created_at: "2026-11-22T03:50:46Z", expires_at: "0001-01-01T00:00:00Z" };
  expect(storageVolumeBackupSchema.parse({ ...backup, volume_only: true, optimized_storage: false })).toEqual({
    ...backup,
    volume_only: true,
    optimized_storage: false,
  });
});

test("a bucket and a key", () => {
  expect(storageBucketSchema.parse({ name: "b", config: null })).toMatchObject({ config: {}, s3_url: "" });
  const key = { name: "k", description: "", role: "admin", "access-key": "a", "secret-key": "s" };
  expect(storageBucketKeySchema.parse(key)).toEqual(key);
});
