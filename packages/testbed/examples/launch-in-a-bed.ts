import type { Flavour } from "@lxdkit/protocol";
import { openTestbed } from "@lxdkit/testbed";

/** Opens a server, launches a container in it and gives the server's list of running containers. */
export async function main(flavour: Flavour): Promise<string> {
  const client = flavour === "lxd" ? "lxc" : "incus";
  // #region readme
  await using bed = await openTestbed({ flavour });
  bed.socketPath; // the server's unix socket, also from outside of the bed
  bed.httpsUrl; // its HTTPS address, the same inside and outside

  await bed.run([client, "launch", "tiny", "c1"]); // BusyBox, boots in 0.1 s
  await bed.run([client, "launch", "bed:jammy", "c2"]); // pulled by the server from the bed's simplestreams host
  const { stdout } = await bed.run([client, "list", "-cns", "-fcsv"]);
  return stdout; // and nothing of the bed is left
  // #endregion
}
