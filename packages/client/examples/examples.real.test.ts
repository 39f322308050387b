import { createClient } from "@lxdkit/client";
import { describeOnServers } from "@lxdkit/testbed/vitest";
import { connectUnix } from "@lxdkit/transport";
import { expect, test } from "vitest";
import { withInstance } from "../src/contract/running-instance.ts";
import { main } from "./run-command.ts";

describeOnServers("the examples", ({ socketPath }) => {
  test("run-command", async () => {
    await using connection = connectUnix({ socketPath });
    const client = createClient(connection);
    const name = `example-${String(process.pid)}`;
    await withInstance(client, name, async () => {
      const { exitCode, stdout } = await main(socketPath, name);
      expect([exitCode, stdout.toString()]).toEqual([3, "5\n"]);
    });
    client.events.close();
  });
});
