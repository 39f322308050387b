import { isDeepStrictEqual } from "node:util";
import type { ChangeOptions, Client, Tagged } from "@lxdkit/client";
import type { Devices, Instance, InstancePut } from "@lxdkit/protocol";
import { type EditOptions, editResource } from "../editing/edit-resource.ts";
import { ServerError } from "../server-error.ts";
import type { ServerHost } from "../server-host.ts";

/** What of an instance a `PUT` sets: all of it, since what a body leaves out becomes empty. */
function writablePart(instance: Instance): InstancePut {
  const { architecture, config, devices, ephemeral, profiles, stateful, description } = instance;
  return { architecture, config, devices, ephemeral, profiles, stateful, description };
}

/**
 * Changes an instance as it stands, by its ETag: `change` gives the fields that are to be different, or undefined for
 * none. Gives whether anything was written.
 */
export function editContainer(
  { client }: Pick<ServerHost, "client">,
  name: string,
  change: (instance: Instance) => InstancePut | undefined,
  options: EditOptions = {},
): Promise<boolean> {
  return editResource<Instance, InstancePut>(
    {
      read: (readOptions) => client.instances.get(name, readOptions),
      change(instance) {
        const fields = change(instance);
        return fields && { ...writablePart(instance), ...fields };
      },
      async write(body, writeOptions) {
        const handle = await client.instances.update(name, body, writeOptions);
        try {
          await handle.wait({ signal: writeOptions.signal });
        } catch (error) {
          writeOptions.signal?.throwIfAborted();
          await tellOvertaken(client, name, writeOptions, error);
          throw error;
        }
      },
    },
    options,
  );
}

/**
 * The ETag is compared when the request comes in, and the change is made later: of two at once LXD accepts both, and
 * then fails one. Whether that is what happened, the object tells, by another ETag.
 */
async function tellOvertaken(
  client: Client,
  name: string,
  { ifMatch, signal }: ChangeOptions,
  cause: unknown,
): Promise<void> {
  const { etag } = await client.instances.get(name, { signal });
  if (ifMatch === undefined || etag === ifMatch) return;
  throw new ServerError(`${name} was changed by somebody else meanwhile`, {
    code: "ETAG_MISMATCH",
    cause,
    step: `change ${name}`,
  });
}

/**
 * Merges keys into an instance's config; an empty value removes a key. Nothing is written when all of them are set
 * already. Gives whether anything was.
 */
export function updateContainerConfig(
  host: Pick<ServerHost, "client">,
  name: string,
  config: Readonly<Record<string, string>>,
  options?: EditOptions,
): Promise<boolean> {
  return editContainer(host, name, (instance) => mergedConfig(instance.config, config), options);
}

function mergedConfig(
  present: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): InstancePut | undefined {
  const isSame = Object.entries(wanted).every(([key, value]) => (present[key] ?? "") === value);
  return isSame ? undefined : { config: { ...present, ...wanted } };
}

/**
 * Sets devices of an instance, each as a whole; null removes one. Nothing is written when all of them are so already.
 * Gives whether anything was.
 */
export function updateContainerDevices(
  host: Pick<ServerHost, "client">,
  name: string,
  devices: Readonly<Record<string, Devices[string] | null>>,
  options?: EditOptions,
): Promise<boolean> {
  return editContainer(host, name, (instance) => mergedDevices(instance.devices, devices), options);
}

function mergedDevices(
  present: Devices,
  wanted: Readonly<Record<string, Devices[string] | null>>,
): InstancePut | undefined {
  const kept = Object.entries(present).filter(([name]) => !Object.hasOwn(wanted, name));
  const set = Object.entries(wanted).flatMap(([name, device]) => (device === null ? [] : [[name, device] as const]));
  const devices: Devices = Object.fromEntries([...kept, ...set]);
  return isDeepStrictEqual({ ...devices }, { ...present }) ? undefined : { devices };
}

/**
 * Writes an instance that was read and changed here. Nothing is written when it is so already. Gives whether anything
 * was.
 *
 * @throws {ApiError} `ETAG_MISMATCH` when it has changed since it was read; read it again then.
 */
export function writeContainer(
  host: Pick<ServerHost, "client">,
  { value, etag }: Tagged<Instance>,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<boolean> {
  const wanted = writablePart(value);
  return editContainer(
    host,
    value.name,
    (instance) => (isDeepStrictEqual(writablePart(instance), wanted) ? undefined : wanted),
    { signal: options.signal, ifMatch: etag },
  );
}
