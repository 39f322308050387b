import { startSimplestreamsHost } from "@lxdkit/simplestreams/testing";
import { expect, test } from "vitest";
import { main } from "./find-image.ts";

test("find-image", async () => {
  await using host = await startSimplestreamsHost();
  await host.publish({
    aliases: ["jammy"],
    os: "ubuntu",
    release: "jammy",
    architecture: "amd64",
    serial: "20261101",
    metadata: Buffer.from("m"),
    rootfs: Buffer.from("r"),
    rootfsType: "squashfs",
  });
  expect(await main(host.url, host.certificate)).toMatch(/^20261101 [0-9a-f]{64} in 2 files, 2 bytes$/);
});
