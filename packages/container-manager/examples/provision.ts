import { createContainerManager, createManagerConfig } from "@lxdkit/container-manager";
import { openServer } from "@lxdkit/server";
import { connectUnix } from "@lxdkit/transport";

/** Provisions three machines of a model and gives the addresses at which they can be reached. */
export async function main(socketPath: string): Promise<string[]> {
  // #region readme
  await using server = await openServer(connectUnix({ socketPath }));
  const config = createManagerConfig({ "model-uuid": "f47ac10b-58cc-4372-a567-0e02b2c3d479" });
  const manager = createContainerManager(config, { server });
  const outcomes = await manager.createContainers(
    ["0", "1", "2/lxd/0"].map((machineId) => ({
      machineId,
      series: "jammy",
      constraints: { mem: 512 },
      userData: "#cloud-config\npackages: [nginx]\n",
    })),
    { waitFor: "address" },
  );
  return outcomes.map((one) => {
    if ("error" in one) return `${one.machineId}: ${String(one.error)}`;
    return `${one.machineId}: ${one.machine.addresses[0]?.address ?? "no address"}`;
  });
  // #endregion
}
