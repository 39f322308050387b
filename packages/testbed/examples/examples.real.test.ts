import { describeOnServers } from "@lxdkit/testbed/vitest";
import { expect, test } from "vitest";
import { main } from "./launch-in-a-bed.ts";

describeOnServers("the examples", (server) => {
  test("launch-in-a-bed", async () => {
    expect(await main(server.flavour)).toBe("c1,RUNNING\nc2,RUNNING");
  });
});
