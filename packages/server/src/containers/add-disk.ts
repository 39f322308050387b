import { isDeepStrictEqual } from "node:util";
import type { Devices } from "@lxdkit/protocol";
import { ServerError } from "../server-error.ts";

/** A disk to attach to an instance. */
export interface Disk {
  /** Where it is inside the instance. */
  readonly path: string;
  /** A path on the host, or the name of a volume in `pool`. */
  readonly source: string;
  /** Storage pool that has the volume. */
  readonly pool?: string | undefined;
  /** Default false. */
  readonly readonly?: boolean | undefined;
}

/**
 * The same instance, or the same spec of one, with a disk more; write it to the server to make it so. A device of that
 * name that is equal already is accepted.
 *
 * @throws {ServerError} `DEVICE_EXISTS` when there is another device of that name.
 */
export function addDisk<T extends { readonly name?: string; readonly devices?: Devices }>(
  instance: T,
  device: string,
  disk: Disk,
): T & { readonly devices: Devices } {
  const { path, source, pool = "", readonly = false } = disk;
  const added = {
    type: "disk",
    path,
    source,
    ...(pool === "" ? {} : { pool }),
    ...(readonly ? { readonly: "true" } : {}),
  };
  const { name = "", devices = {} } = instance;
  const present = Object.hasOwn(devices, device) ? devices[device] : undefined;
  if (present !== undefined && !isDeepStrictEqual({ ...present }, added)) {
    throw new ServerError(`container ${JSON.stringify(name)} already has a device ${JSON.stringify(device)}`, {
      code: "DEVICE_EXISTS",
      step: `add the disk ${device}`,
      hint: "Choose another name for the device, or change the one that is there.",
    });
  }
  return { ...instance, devices: { ...devices, [device]: added } };
}
