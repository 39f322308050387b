import { createFakeCloudInit, startFakeServer } from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { expect, test } from "vitest";
import type { Step } from "../progress.ts";
import { openServer } from "../server.ts";

test("a new container is waited for in the order of its goals; a cloud-init that fails leaves nothing", async () => {
  const cloudInit = createFakeCloudInit();
  cloudInit.set("c1", { status: "done" });
  cloudInit.set("c2", { status: "error", errors: ["('scripts_user', RuntimeError())"] });
  await using fake = await startFakeServer({ images: [{ aliases: ["tiny"] }], commands: cloudInit.commands });
  await using server = await openServer(connectUnix({ socketPath: fake.socketPath }));
  const image = await server.findImageByAlias("tiny");
  const told: Step[] = [];
  const { addresses } = await server.createContainer(
    { name: "c1", image },
    { waitFor: ["agent", { for: "address", family: "ipv6" }, "cloud-init"], onProgress: ({ step }) => told.push(step) },
  );
  expect(addresses).toMatchObject([{ family: "ipv6" }]);
  expect(told.slice(told.indexOf("running"))).toEqual([
    "running",
    "waiting-for-agent",
    "waiting-for-address",
    "addressed",
    "waiting-for-cloud-init",
    "initialised",
  ]);
  await expect(server.createContainer({ name: "c2", image }, { waitFor: "cloud-init" })).rejects.toMatchObject({
    code: "CLOUD_INIT_FAILED",
    message: "cloud-init failed in c2: ('scripts_user', RuntimeError())",
  });
  expect((await server.listInstances()).map(({ name }) => name)).toEqual(["c1"]);
});
