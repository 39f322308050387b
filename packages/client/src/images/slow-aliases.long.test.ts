import { openTestbed } from "@lxdkit/testbed";
import { connectUnix } from "@lxdkit/transport";
import { expect, test } from "vitest";
import { createClient } from "../client.ts";

test("LXD 5.0 renames an alias after a time-out of its own, and fails to patch one", async () => {
  // A server of its own: while it does these two it does nothing else.
  await using bed = await openTestbed({ flavour: "lxd" });
  await using connection = connectUnix({ socketPath: bed.socketPath });
  const { aliases } = createClient(connection).images;
  const { target } = (await aliases.get("tiny")).value;
  await aliases.rename("tiny", "small/one");
  expect((await aliases.list()).map(({ name }) => name)).toEqual(["small/one"]);

  const patch = { method: "PATCH", path: "/1.0/images/aliases/small%2Fone", body: { description: "x" } } as const;
  await expect(connection.request(patch)).rejects.toMatchObject({ code: "SERVER_ERROR" });
  await aliases.patch("small/one", { description: "y" });
  expect((await aliases.get("small/one")).value).toMatchObject({ target, description: "y" });
});
