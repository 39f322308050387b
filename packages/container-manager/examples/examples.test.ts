import { startFakeServer } from "@lxdkit/testing";
import { describe, expect, test } from "vitest";
import { main } from "./provision.ts";

describe.each(["lxd", "incus"] as const)("on %s", (flavour) => {
  test("provision", async () => {
    await using fake = await startFakeServer({ flavour, images: [{ aliases: ["juju/jammy/amd64"] }] });
    const address = String.raw`(10|172|192|fd[0-9a-f]{2})[.:].*`;
    expect(await main(fake.socketPath)).toEqual(
      ["0", "1", "2/lxd/0"].map((id) => expect.stringMatching(new RegExp(`^${id}: ${address}$`)) as string),
    );
  });
});
