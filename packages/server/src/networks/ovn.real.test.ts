import { hasOvn, openTestbed, ovnUplink, startOvn } from "@lxdkit/testbed";
import { describeOnServers, flavoursWithExtra } from "@lxdkit/testbed/vitest";
import { connectUnix } from "@lxdkit/transport";
import { expect, test } from "vitest";
import { openServer } from "../server.ts";

const withOvn = await flavoursWithExtra("ovn", hasOvn);

describeOnServers("OVN networks", (real) => {
  test.runIf(withOvn.has(real.flavour))("are accepted when that is asked for, and otherwise named", async () => {
    await using bed = await openTestbed({ flavour: real.flavour });
    await startOvn(bed);
    await using server = await openServer(connectUnix({ socketPath: bed.socketPath }));
    const { networks, profiles } = server.client;
    await networks.create({ name: "ovn1", type: "ovn", config: { network: ovnUplink } });
    await profiles.create({ name: "o", devices: { eth0: { type: "nic", network: "ovn1" } } });
    await expect(server.verifyNetworkDevice("o")).rejects.toMatchObject({
      code: "NIC_UNSUITABLE",
      message: expect.stringContaining("eth0: its kind is ovn, and the network ovn1 is of the type ovn"),
      hint: expect.stringContaining("accept ovn expressly"),
    });
    expect(await server.verifyNetworkDevice("o", { accepts: ["ovn"] })).toMatchObject({
      device: "eth0",
      network: "ovn1",
      isChanged: false,
    });
  });
});
