import { containerAddresses, type RunningContainer } from "@lxdkit/server";
import type { InstanceFull } from "@lxdkit/protocol";
import { formatTable } from "./table.ts";

const none: RunningContainer["addresses"] = [];

/** Instances as a table: name, state, addresses and type. */
export function instanceTable(instances: readonly InstanceFull[]): string {
  const rows = instances.map(({ name, status, state, type, ephemeral }) => {
    const addresses = state === null ? none : containerAddresses(state);
    const column = (family: string): string =>
      addresses
        .filter((one) => one.family === family)
        .map((one) => `${one.address} (${one.interface})`)
        .join("\n");
    const kind = type.toUpperCase() + (ephemeral ? " (EPHEMERAL)" : "");
    return [name, status.toUpperCase(), column("ipv4"), column("ipv6"), kind];
  });
  return formatTable(["NAME", "STATE", "IPV4", "IPV6", "TYPE"], rows);
}
