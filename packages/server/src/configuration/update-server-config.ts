import type { ServerInfo, ServerPut } from "@lxdkit/protocol";
import { editInTurn } from "../editing/edit-in-turn.ts";
import type { EditOptions } from "../editing/edit-resource.ts";
import type { ServerHost } from "../server-host.ts";

/** Options of {@link updateServerConfig}. */
export interface UpdateServerConfigOptions extends EditOptions {
  /** Member of the cluster whose own keys are meant, such as `core.https_address`; the one that is asked by default. */
  readonly target?: string | undefined;
}

/** Keys and values to merge into a server's configuration; an empty value removes a key. */
export type ServerConfigChange = Readonly<Record<string, string>>;

/**
 * Changes a server's configuration as it stands, by its ETag: `change` gives the keys that are to be different, or
 * undefined for none. Gives whether anything was written.
 */
export function editServerConfig(
  host: Pick<ServerHost, "client" | "edits">,
  change: (config: ServerInfo["config"]) => ServerConfigChange | undefined,
  { target, ...options }: UpdateServerConfigOptions = {},
): Promise<boolean> {
  const { client } = host;
  return editInTurn<ServerInfo, ServerPut>(
    host,
    `server ${target ?? client.place.target ?? ""}`,
    {
      read: ({ signal }) => client.getServer({ signal, target }),
      change({ config }) {
        const keys = change(config);
        return keys && { config: { ...config, ...keys } };
      },
      write: (body, writeOptions) => client.updateServer(body, { ...writeOptions, target }),
    },
    options,
  );
}

/**
 * Merges keys into the server's configuration: `GET /1.0`, then `PUT /1.0`. Nothing is written when all of them are set
 * already. Gives whether anything was.
 */
export function updateServerConfig(
  host: Pick<ServerHost, "client" | "edits">,
  keys: ServerConfigChange,
  options?: UpdateServerConfigOptions,
): Promise<boolean> {
  const isSet = (config: ServerInfo["config"]): boolean =>
    Object.entries(keys).every(([key, value]) => (config[key] ?? "") === value);
  return editServerConfig(host, (config) => (isSet(config) ? undefined : keys), options);
}
