import type { Server } from "@lxdkit/server";
import type { Preseed } from "./preseed.ts";
import { readServerState } from "./server-state.ts";

/**
 * What a server has, in the form of `lxd init --dump` and `incus admin init --dump`: its configuration, the managed
 * networks and the profiles of the project `default`, its pools and projects. Neither instances nor images.
 */
export async function dumpPreseed(
  server: Server,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Preseed> {
  const { flavour, config, networks, pools, profiles, projects } = await readServerState(server, { signal });
  const isIncus = flavour === "incus";
  return {
    config: Object.fromEntries(Object.entries(config).map(([key, value]) => [key, String(value)])),
    networks: networks
      .filter(({ managed }) => managed)
      .map(({ config: keys, description, name, type }) => ({
        ...{ config: keys, description, name, type },
        project: "default",
      })),
    storage_pools: pools.map(({ config: keys, description, name, driver }) => ({
      config: withoutVolatile(keys),
      ...{ description, name, driver },
    })),
    ...(isIncus && { storage_volumes: [] }),
    profiles: profiles.map(({ config: keys, description, devices, name }) => ({
      ...{ config: keys, description, devices, name },
      ...(isIncus && { project: "" }),
    })),
    projects: projects.map(({ config: keys, description, name }) => ({ config: keys, description, name })),
  };
}

function withoutVolatile(config: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(config).filter(([key]) => !key.startsWith("volatile.")));
}
