import { openTestbed, type Testbed } from "@lxdkit/testbed";
import { describeOnServers } from "@lxdkit/testbed/vitest";
import type { Server } from "@lxdkit/server";
import { afterAll, beforeAll, test } from "vitest";
import { localHost } from "./host/local-host.ts";
import { initialiseHost } from "./initialise-host.ts";
import { openAt, stateOf } from "./preseed/preseed.test-support.ts";

describeOnServers("a fault at each step on", ({ flavour }) => {
  let bed: Testbed;
  let server: Server;

  beforeAll(async () => {
    bed = await openTestbed({ flavour, initialised: false });
    server = await openAt(bed.socketPath);
  });

  afterAll(async () => {
    await server.close();
    await bed.close();
  });

  const wishes = {
    flavour,
    storage: { driver: "btrfs", config: { size: "300MiB" } },
    proxies: { http: "http://p.test:1", https: "", noProxy: "" },
    listen: "127.0.0.1:8443",
  };

  test("leaves the server as it was, and then a run succeeds", async ({ expect }) => {
    const host = localHost({
      environment: {},
      socketPath: bed.socketPath,
      networkInterfaces: () => ({}),
      snapdSocket: `${bed.directory}/no-snapd.socket`,
    });
    const before = await stateOf(server, bed.directory);
    for (const at of [1, 2, 3, 4, 5]) {
      const error = new Error("planted");
      const onProgress = (report: { readonly at: number; readonly state: string }): void => {
        if (report.at === at && report.state === "done") throw error;
      };
      await expect(initialiseHost(host, wishes, { onProgress })).rejects.toMatchObject({ cause: error, notUndone: [] });
      expect(await stateOf(server, bed.directory)).toEqual(before);
    }
    expect((await initialiseHost(host, wishes)).changed).toHaveLength(5);
    expect(await initialiseHost(host, wishes)).toEqual({ changed: [], unchanged: [] });
  });
});
