import { createHash } from "node:crypto";
import { longestDeviceName } from "@lxdkit/protocol";

/**
 * The name of the host's end of the NIC with this index of a machine: `1/lxd/2` and 0 give `1lxd2-0`. Where that is
 * longer than the 15 bytes that Linux takes, the machine becomes eight digits of a hash.
 */
export function hostInterfaceName(machineId: string, index: number): string {
  const ending = `-${String(index)}`;
  const plain = `${machineId.replaceAll("/", "")}${ending}`;
  if (Buffer.byteLength(plain) <= longestDeviceName) return plain;
  // Of the whole id: `1/11` and `11/1` stay apart here.
  return `m${createHash("sha256").update(machineId).digest("hex").slice(0, 8)}${ending}`;
}
