import type { Image, LifecycleEvent, Operation, ServerEvent } from "@lxdkit/protocol";
import { type SimplestreamsHost, startSimplestreamsHost } from "@lxdkit/simplestreams/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ContractTarget } from "../contract/index.ts";
import { post } from "../contract/own-instance.ts";
import { listenToEvents } from "../contract/raw-events.ts";
import { eventually, get, send, succeeds } from "../contract/raw-http.ts";
import { type FakeServer, startFakeServer } from "../fake-server.ts";
import { targetOf } from "../fake-target.ts";
import { withProject } from "../setup/with-objects.ts";

let host: SimplestreamsHost;

beforeAll(async () => {
  host = await startSimplestreamsHost();
  await host.publish({
    aliases: ["jammy"],
    os: "ubuntu",
    release: "jammy",
    architecture: "amd64",
    serial: "20261101",
    metadata: Buffer.from("metadata"),
    rootfs: Buffer.from("root file system"),
    rootfsType: "squashfs",
  });
});

afterAll(() => host.close());

function startPuller(downloadMs: number): Promise<FakeServer> {
  return startFakeServer({ imageServerCa: host.certificate, downloadMs });
}

function pull(target: ContractTarget, name: string): ReturnType<typeof post> {
  const source = { type: "image", mode: "pull", protocol: "simplestreams", server: host.url, alias: "jammy" };
  return post(target, { name, source });
}

function statusesOf(events: readonly ServerEvent[]): string[] {
  return events.map(({ type, metadata }) =>
    type === "operation" ? (metadata as Operation).status : (metadata as LifecycleEvent).action,
  );
}

// Measured on LXD 5.0.2 and Incus 6.0.4 with a slow image host, which the shared test beds do not have.
test("a download can be cancelled: Cancelled for those who wait, then Failure, and nothing is kept", async () => {
  await using fake = await startPuller(60_000);
  const target = targetOf(fake);
  const events = await listenToEvents(target, "?type=operation,lifecycle");
  const { headers } = await pull(target, "c1");
  const location = headers.location ?? "";
  await eventually("the download runs", async () =>
    ((await get(target, location)).metadata as Operation).may_cancel ? true : undefined,
  );
  expect((await get(target, "/1.0/instances/c1")).status).toBe(404);
  const waiting = get(target, `${location}/wait`);
  const cancelled = await send(target, "DELETE", location);
  expect([cancelled.status, cancelled.metadata]).toEqual([200, {}]);
  expect((await waiting).metadata).toMatchObject({ status: "Cancelled", status_code: 401, may_cancel: false, err: "" });
  await events.find("the failure", ({ metadata }) => (metadata as Operation).status === "Failure");
  expect((await get(target, location)).metadata).toMatchObject({ status: "Failure", err: "context canceled" });
  const again = await send(target, "DELETE", location);
  expect([again.status, again.error]).toEqual([400, "Only running operations can be cancelled"]);
  expect((await get(target, "/1.0/images")).metadata).toEqual([]);
  expect(statusesOf(events.all).slice(-4)).toEqual(["Cancelled", "operation-cancelled", "Cancelling", "Failure"]);
  events.close();
});

test("two instances from the same remote image share one download", async () => {
  await using fake = await startPuller(200);
  const target = targetOf(fake);
  const events = await listenToEvents(target, "?type=operation,lifecycle");
  const answers = await Promise.all(["c1", "c2"].map((name) => pull(target, name)));
  await Promise.all(answers.map((answer) => succeeds(target, answer)));
  const downloading = events.all
    .map(({ metadata }) => metadata as Operation)
    .filter(({ metadata }) => metadata?.["download_progress"] !== undefined);
  expect(new Set(downloading.map(({ id }) => id)).size).toBe(1);
  expect(statusesOf(events.all).filter((status) => status === "image-created")).toHaveLength(1);
  events.close();
});

// Measured on LXD 5.0.2 and Incus 6.0.4 with a host of its own, whose images no other test has.
test.each(["lxd", "incus"] as const)(
  "on %s an image that another project has is not downloaded, and is noted as it is there",
  async (flavour) => {
    await using fake = await startFakeServer({
      flavour,
      imageServerCa: host.certificate,
      downloadMs: 1,
      setup: ["p1", "p2"].map((name) => withProject({ name, config: { "features.images": "true" } })),
    });
    const target = targetOf(fake);
    const pullTo = async (project: string, alias: string, wishes: object): Promise<Image> => {
      const source = { type: "image", mode: "pull", protocol: "simplestreams", server: host.url, alias };
      await succeeds(
        target,
        await send(target, "POST", `/1.0/images?project=${project}`, { body: { source, ...wishes } }),
      );
      const list = (await get(target, `/1.0/images?recursion=1&project=${project}`)).metadata as Image[];
      return list[0] as Image;
    };
    const first = await pullTo("p1", "jammy/amd64", { public: true, auto_update: true, properties: { a: "b" } });
    const before = host.requests.length;
    const second = await pullTo("p2", "jammy", {});
    expect(host.requests.slice(before).filter(({ path }) => path.startsWith("/images/"))).toEqual([]);
    expect(second).toMatchObject({
      fingerprint: first.fingerprint,
      properties: first.properties,
      public: false,
      cached: false,
      auto_update: flavour === "lxd",
      update_source: { alias: "jammy" },
    });
  },
);
