import { cleanConfig } from "../core/config-rules.ts";
import { sortedMap } from "../core/etag.ts";
import type { FakeState } from "../core/fake-state.ts";
import type { Config } from "../core/records.ts";
import { Refusal } from "../core/refusal.ts";
import { serverScope } from "../core/store.ts";
import { firstMember } from "./members.ts";

/** Keys of the server's configuration that each member has for itself. */
const ownKeys: readonly string[] = [
  ...["cluster.https_address", "core.bgp_address", "core.bgp_routerid", "core.debug_address", "core.dns_address"],
  ...["core.https_address", "core.metrics_address", "core.storage_buckets_address", "core.syslog_socket"],
  ...["maas.machine", "storage.backups_volume", "storage.images_volume"],
];

function pick(config: Config, isOwn: boolean): Config {
  return Object.fromEntries(Object.entries(config).filter(([key]) => ownKeys.includes(key) === isOwn));
}

/** The server's configuration as the member that answers has it. */
export function configAt(state: FakeState): Config {
  const { config, members } = state.store;
  const member = members.get(serverScope, state.location);
  if (member === undefined || member === firstMember(state)) return config;
  const { address } = member;
  const addresses = { "cluster.https_address": address, "core.https_address": address };
  return sortedMap({ ...pick(config, false), ...addresses });
}

/** Keeps a new configuration; of what each member has for itself, only that of the first one. */
export async function keepConfig(state: FakeState, config: Config): Promise<void> {
  const { store } = state;
  const first = firstMember(state);
  if (first === undefined) return keepListening(state, config);
  const key = "cluster.https_address";
  if (config[key] !== configAt(state)[key]) throw new Refusal(500, `Changing ${key} is currently not supported`);
  const own = state.location === first.name ? config : store.config;
  store.config = sortedMap({ ...pick(config, false), ...pick(own, true) });
}

/** Where the new address cannot be listened on, the rest of the change is kept all the same; by LXD the address too. */
async function keepListening(state: FakeState, config: Config): Promise<void> {
  const { store } = state;
  const key = "core.https_address";
  const { [key]: former = "" } = store.config;
  store.config = config;
  // What the configuration has already is no change, even where the server listens elsewhere.
  if ((config[key] ?? "") === former) return;
  try {
    await state.listen(config[key] ?? "");
  } catch (error) {
    if (state.flavour === "incus") store.config = cleanConfig({ ...config, [key]: former });
    throw error;
  }
}
