import { sortedMap } from "../core/etag.ts";
import { cleanConfig } from "../core/config-rules.ts";
import { type FakeSetup, setUp } from "./fake-setup.ts";
import type { FakeObject, FakeProjectObject } from "./with-objects.ts";

/** A rule of a list of rules, or a port of a forward, as the API shows it. */
export type FakeRule = Readonly<Record<string, string>>;

/** A list of rules for the traffic of networks from the start. */
export function withNetworkAcl(
  options: FakeObject & { readonly ingress?: readonly FakeRule[]; readonly egress?: readonly FakeRule[] },
): FakeSetup {
  const { name, description = "", config = {}, ingress = [], egress = [] } = options;
  return setUp(({ store }) =>
    store.acls.put({
      ...{ project: "default", name, description, config: cleanConfig(config) },
      ...{ ingress: ingress.map(sortedMap), egress: egress.map(sortedMap) },
    }),
  );
}

/** An address that a network hands on from the start. */
export function withNetworkForward(options: {
  readonly network: string;
  readonly listenAddress: string;
  readonly description?: string;
  readonly config?: Readonly<Record<string, string>>;
  readonly ports?: readonly FakeRule[];
}): FakeSetup {
  const { network, listenAddress, description = "", config = {}, ports = [] } = options;
  return setUp(({ store }) => {
    if (store.networks.get("default", network) === undefined) {
      throw new Error(`withNetworkForward: there is no network ${network} yet`);
    }
    store.forwards.put({
      ...{ project: "default", network, listenAddress, description },
      ...{ config: cleanConfig(config), ports: ports.map(sortedMap) },
    });
  });
}

/** A record of a DNS zone. */
export interface FakeZoneRecord extends FakeObject {
  readonly entries?: readonly { readonly type: string; readonly ttl?: number; readonly value: string }[];
}

/** A DNS zone from the start, with its records. */
export function withNetworkZone(
  options: FakeProjectObject & { readonly records?: readonly FakeZoneRecord[] },
): FakeSetup {
  const { name: zone, project = "default", description = "", config = {}, records = [] } = options;
  return setUp(({ store }) => {
    store.zones.put({ project, name: zone, description, config: cleanConfig(config) });
    for (const { name, description: text = "", config: own = {}, entries = null } of records) {
      store.zoneRecords.put({ project, zone, name, description: text, config: cleanConfig(own), entries });
    }
  });
}

/** A way to the networks of other servers from the start; Incus alone shows it. */
export function withNetworkIntegration({ name, description = "", config = {} }: FakeObject): FakeSetup {
  return setUp(({ store }) => store.integrations.put({ name, description, type: "ovn", config: cleanConfig(config) }));
}
