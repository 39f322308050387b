import { applyConstraints, findRootDisk } from "../constraints/apply-constraints.ts";
import type { Constraints } from "../constraints/constraints.ts";
import type { ServerHost } from "../server-host.ts";
import { requireUsablePool } from "../storage/require-usable-pool.ts";
import type { ContainerSpec } from "./container-spec.ts";
import { profileDevices } from "./profile-devices.ts";

/**
 * A new spec that asks for what the constraints say, as this server needs it. A root disk keeps what the profiles say
 * of it, its pool too unless another one is asked for; that one must be usable.
 *
 * @throws {ServerError} the codes of {@link requireUsablePool}, before anything is made.
 */
export async function constrainSpec(
  host: ServerHost,
  spec: ContainerSpec,
  constraints: Constraints,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<ContainerSpec> {
  const { client, flavour, info } = host;
  const { rootDisk: size, rootDiskSource: pool } = constraints;
  const isInherited = (size !== undefined || pool !== undefined) && findRootDisk(spec.devices ?? {}) === undefined;
  if (pool !== undefined) await requireUsablePool(host, pool, { target: spec.target ?? client.place.target, signal });
  const rootDisk = isInherited ? findRootDisk(await profileDevices(client, spec.profiles, { signal })) : undefined;
  const serverVersion = info.environment?.server_version ?? "";
  return applyConstraints(spec, constraints, { flavour, serverVersion, rootDisk });
}
