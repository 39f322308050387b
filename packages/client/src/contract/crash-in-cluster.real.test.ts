import { openTestbed } from "@lxdkit/testbed";
import { describeOnServers } from "@lxdkit/testbed/vitest";
import { connectUnix } from "@lxdkit/transport";
import { expect, test } from "vitest";
import { createClient } from "../client.ts";
import { importBigImage } from "./changes-in-a-crash.ts";

describeOnServers("a wait for a member of a cluster", ({ flavour }) => {
  test("ends although another member dies in the middle, and the one that is connected tells nothing", async () => {
    await using bed = await openTestbed({ flavour, members: 3 });
    await importBigImage(bed);
    await using connection = connectUnix({ socketPath: bed.socketPath });
    const client = createClient(connection);
    let losses = 0;
    await client.events.ready();
    client.events.listen({ onLost: () => (losses += 1) });
    const source = { type: "image", alias: "big" } as const;
    const handle = await client.instances.create({ name: "c1", source }, { target: "m2" });
    expect(handle.operation).toMatchObject({ location: "m2" });
    let unpacks = (): void => undefined;
    const unpacking = new Promise<void>((resolve) => (unpacks = resolve));
    const wait = handle.wait({
      onUpdate({ metadata }) {
        if (Object.keys(metadata).some((key) => key.endsWith("_progress"))) unpacks();
      },
    });
    wait.catch(() => undefined);
    await unpacking;
    await bed.killMember({ member: "m2" });
    await bed.startMember({ member: "m2" });
    await expect(wait).rejects.toMatchObject({ code: "OPERATION_FAILED", message: expect.stringContaining("forgot") });
    expect(losses).toBe(0);
    const { value } = await client.instances.get("c1");
    expect(value.config["volatile.apply_template"]).toBeUndefined();
  }, 240_000);
});
