import type { Instance, InstancePut } from "@lxdkit/protocol";
import { type EditOptions, editResource } from "../editing/edit-resource.ts";
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
        await (await client.instances.update(name, body, writeOptions)).wait({ signal: writeOptions.signal });
      },
    },
    options,
  );
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
