import { startFakeServer } from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { expect, test } from "vitest";
import { createClient } from "../client.ts";

test("what only Incus can is not asked of LXD", async () => {
  await using fake = await startFakeServer();
  await using connection = connectUnix({ socketPath: fake.socketPath });
  const { images, instances } = createClient(connection);
  const unified = { content: Buffer.from("x") };
  for (const [call, extension] of [
    [images.list({ allProjects: true }), "images_all_projects"],
    [images.upload({ unified }, { aliases: ["a"] }), "image_import_alias"],
    [instances.access("c1"), "instance_access"],
    [instances.debugMemory("c1"), "instance_debug_memory"],
    [instances.rebuild("c1", { source: { type: "none" } }), "instances_rebuild"],
  ] as const) {
    await expect(call).rejects.toMatchObject({ code: "EXTENSION_MISSING", extension });
  }
  expect(fake.requests.filter(({ path }) => path !== "/1.0")).toEqual([]);
});
