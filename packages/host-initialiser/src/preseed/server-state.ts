import type { Server } from "@lxdkit/server";
import {
  type Flavour,
  hasExtension,
  type Network,
  type Profile,
  type Project,
  type StoragePool,
  type StorageVolume,
} from "@lxdkit/protocol";

/** An object of a project. */
export type InProject<T> = T & { readonly inProject: string };

/** What a server has, as far as initialising it is concerned. Plain data. */
export interface ServerState {
  readonly flavour: Flavour;
  readonly version: string;
  readonly isClustered: boolean;
  readonly hasNetworks: boolean;
  readonly hasStorage: boolean;
  /** Storage drivers that it can use; empty when it does not say. */
  readonly storageDrivers: readonly string[];
  readonly config: Readonly<Record<string, unknown>>;
  readonly pools: readonly StoragePool[];
  /** Managed networks and interfaces of the host, of the projects that were asked for. */
  readonly networks: readonly InProject<Network>[];
  /** Profiles of the projects that were asked for. */
  readonly profiles: readonly InProject<Profile>[];
  readonly projects: readonly Project[];
  /** Custom volumes of the pools that were asked for, in those projects. */
  readonly volumes: readonly InProject<StorageVolume & { readonly pool: string }>[];
}

/** Options of {@link readServerState}. */
export interface ReadServerStateOptions {
  /** Projects besides `default` whose networks and profiles are read; those that are not there are left out. */
  readonly projects?: readonly string[] | undefined;
  /** Pools whose custom volumes are read; none by default. */
  readonly volumesOf?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Reads what a server has: `GET /1.0`, and its pools, networks, profiles and projects. Changes nothing. */
export async function readServerState(server: Server, options: ReadServerStateOptions = {}): Promise<ServerState> {
  const { signal, volumesOf = [] } = options;
  const { client, flavour, version, isClustered } = server;
  const hasNetworks = hasExtension(server.info, "network");
  const hasStorage = hasExtension(server.info, "storage");
  const { value: info } = await client.getServer({ signal });
  const projects = await client.projects.list({ signal });
  const wanted = projects
    .map(({ name }) => name)
    .filter((name) => name === "default" || options.projects?.includes(name));
  const pools = hasStorage ? await client.storagePools.list({ signal }) : [];
  const networks: InProject<Network>[] = [];
  const profiles: InProject<Profile>[] = [];
  const volumes: InProject<StorageVolume & { readonly pool: string }>[] = [];
  for (const project of wanted) {
    const place = { inProject: project };
    if (hasNetworks) {
      const found = await client.networks.list({ signal, project });
      networks.push(...found.map((network) => ({ ...network, ...place })));
    }
    const found = await client.profiles.list({ signal, project });
    profiles.push(...found.map((profile) => ({ ...profile, ...place })));
    for (const { name: pool } of pools.filter(({ name }) => volumesOf.includes(name))) {
      const custom = await client.storagePools.volumes.list(pool, { signal, project });
      volumes.push(...custom.filter(({ type }) => type === "custom").map((volume) => ({ ...volume, pool, ...place })));
    }
  }
  return {
    ...{ flavour, version, isClustered, hasNetworks, hasStorage },
    storageDrivers: (info.environment?.storage_supported_drivers ?? []).map(({ Name }) => Name),
    ...{ config: info.config, pools, networks, profiles, projects, volumes },
  };
}
