import { createServer, type Server } from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LxdkitError } from "@lxdkit/protocol";
import { connectUnix } from "@lxdkit/transport";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Client, createClient } from "../client.ts";
import type { OperationHandle } from "../operation-handle.ts";

const extensions = ["storage_buckets", "storage_bucket_backup"];

let folder: string;
let http: Server;
let client: Client;
/** Paths of the objects that the server has. */
let there: Set<string>;

/** A server that starts an operation for each write and forgets it at once. */
beforeEach(async () => {
  there = new Set();
  folder = await mkdtemp(join(tmpdir(), "lxdkit-forgotten-"));
  const socketPath = join(folder, "unix.socket");
  http = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "", "http://server");
    const answer = (envelope: object): void => void response.end(JSON.stringify(envelope));
    request.resume().on("end", () => {
      const operation = { id: "1", class: "task", status: "Running", status_code: 103, metadata: null, err: "" };
      if (request.method !== "GET") answer({ type: "async", metadata: operation });
      else if (pathname === "/1.0")
        answer({ type: "sync", metadata: { api_version: "1.0", api_extensions: extensions } });
      else if (there.has(pathname)) answer({ type: "sync", metadata: {} });
      else answer({ type: "error", error: "not found", error_code: 404 });
    });
  });
  await new Promise<void>((resolve) => {
    http.listen(socketPath, resolve);
  });
  client = createClient(connectUnix({ socketPath }));
});

afterEach(async () => {
  client.events.close();
  await client.connection.close();
  http.close();
  await rm(folder, { recursive: true });
});

const volume = { pool: "p", name: "v" };
const bucket = { pool: "p", name: "b" };
const v = "/1.0/storage-pools/p/volumes/custom/v";
const b = "/1.0/storage-pools/p/buckets/b";
const source = { type: "copy", name: "w" } as const;
const bytes = new Uint8Array(1);
const volumes = () => client.storagePools.volumes;
const buckets = () => client.storagePools.buckets;

const renamedSnapshot = () => volumes().snapshots.rename(volume, "s", "t");

const failed = "OPERATION_FAILED";
const unknown = "OPERATION_GONE";
const creation = [unknown, failed] as const;
const deletion = [failed, "Success"] as const;
// Under neither name: somebody has removed it since, and what came of the rename cannot be told.
const renaming = ["Success", unknown] as const;
const untold = [unknown, unknown] as const;

test.each<[string, string, readonly [string, string], () => Promise<OperationHandle>]>([
  ["a copy", v, creation, () => volumes().createFrom("p", { name: "v", source })],
  [
    "a copy of another type",
    "/1.0/storage-pools/p/volumes/container/v",
    creation,
    () => volumes().createFrom("p", { name: "v", type: "container", source }),
  ],
  ["an import", v, creation, () => volumes().import("p", bytes, { name: "v" })],
  ["an import under the name that it has", v, untold, () => volumes().import("p", bytes)],
  ["a move to another pool", v, deletion, () => volumes().move(volume, { pool: "q" })],
  ["a move to another project", v, deletion, () => volumes().move(volume, { project: "other" })],
  ["a move within pool and project", v, untold, () => volumes().move(volume, { pool: "p", project: "default" })],
  ["an offer", v, untold, () => volumes().migrate(volume)],
  ["a snapshot", `${v}/snapshots/s`, creation, () => volumes().snapshots.create(volume, { name: "s" })],
  ["a snapshot without a name", `${v}/snapshots/s`, untold, () => volumes().snapshots.create(volume, { name: "" })],
  ["a renamed snapshot", `${v}/snapshots/t`, renaming, renamedSnapshot],
  ["a removed snapshot", `${v}/snapshots/s`, deletion, () => volumes().snapshots.delete(volume, "s")],
  ["a backup", `${v}/backups/s`, creation, () => volumes().backups.create(volume, { name: "s" })],
  ["a renamed backup", `${v}/backups/t`, renaming, () => volumes().backups.rename(volume, "s", "t")],
  ["a removed backup", `${v}/backups/s`, deletion, () => volumes().backups.delete(volume, "s")],
  ["an import of a bucket", b, creation, () => buckets().import(bucket, bytes)],
  ["a bucket's backup", `${b}/backups/s`, creation, () => buckets().backups.create(bucket, { name: "s" })],
  ["a bucket's renamed backup", `${b}/backups/t`, renaming, () => buckets().backups.rename(bucket, "s", "t")],
  ["a bucket's removed backup", `${b}/backups/s`, deletion, () => buckets().backups.delete(bucket, "s")],
  ["a snapshot that kept its name", `${v}/snapshots/s`, [failed, unknown], renamedSnapshot],
])("%s that the server forgot (%s)", async (_what, path, [whenThere, whenGone], start) => {
  for (const [objects, outcome] of [
    [[path], whenThere],
    [[], whenGone],
  ] as const) {
    there = new Set(objects);
    const told = (await start()).wait().then(
      (operation) => operation?.status,
      (error: unknown) => (LxdkitError.is(error) ? error.code : error),
    );
    expect(await told).toBe(outcome);
  }
});
