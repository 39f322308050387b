import {
  type NetworkIntegration,
  type NetworkIntegrationPut,
  networkIntegrationSchema,
  type NetworkIntegrationsPost,
} from "@lxdkit/protocol";
import { change, read, readTagged } from "../call.ts";
import type { CallOptions, ChangeOptions, FilterOptions, Tagged } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import { listExtensions } from "../list-extensions.ts";
import { listOf, urlsSchema } from "../list-of.ts";
import { withConfig } from "../with-config.ts";

/** Calls below `/1.0/network-integrations` (extension `network_integrations`; Incus only). */
export interface NetworkIntegrationsApi {
  /** `GET /1.0/network-integrations?recursion=1`. */
  list(options?: FilterOptions): Promise<NetworkIntegration[]>;
  /** `GET /1.0/network-integrations`: their URLs. */
  listUrls(options?: FilterOptions): Promise<string[]>;
  /** `GET /1.0/network-integrations/{name}`. */
  get(name: string, options?: CallOptions): Promise<Tagged<NetworkIntegration>>;
  /** `POST /1.0/network-integrations`. */
  create(integration: NetworkIntegrationsPost, options?: CallOptions): Promise<void>;
  /** `PUT /1.0/network-integrations/{name}`: replaces the configuration. */
  update(name: string, integration: NetworkIntegrationPut, options?: ChangeOptions): Promise<void>;
  /** `PATCH /1.0/network-integrations/{name}`: merges `config`, and keeps a description that is left out. */
  patch(name: string, integration: NetworkIntegrationPut, options?: ChangeOptions): Promise<void>;
  /** `POST /1.0/network-integrations/{name}`: gives it another name. */
  rename(name: string, newName: string, options?: CallOptions): Promise<void>;
  /** `DELETE /1.0/network-integrations/{name}`. */
  delete(name: string, options?: CallOptions): Promise<void>;
}

/** Makes the calls below `/1.0/network-integrations`. */
export function networkIntegrationsApi(context: ClientContext): NetworkIntegrationsApi {
  const collection = "GET /1.0/network-integrations";
  const extension = "network_integrations";
  return {
    list(options = {}) {
      const input = { ...options, recursion: 1, extension: [extension, ...listExtensions(options)] } as const;
      return read(context, collection, input, listOf(networkIntegrationSchema));
    },
    listUrls(options = {}) {
      const input = { ...options, extension: [extension, ...listExtensions(options)] } as const;
      return read(context, collection, input, urlsSchema);
    },
    get(name, options = {}) {
      const input = { ...options, path: { name }, extension } as const;
      return readTagged(context, "GET /1.0/network-integrations/{name}", input, networkIntegrationSchema);
    },
    create: (body, options = {}) => change(context, "POST /1.0/network-integrations", { ...options, body, extension }),
    update(name, body, options = {}) {
      const input = { ...options, path: { name }, body, extension } as const;
      return change(context, "PUT /1.0/network-integrations/{name}", input);
    },
    patch(name, integration, options = {}) {
      const input = { ...options, path: { name }, body: withConfig(integration), extension } as const;
      return change(context, "PATCH /1.0/network-integrations/{name}", input);
    },
    rename(name, newName, options = {}) {
      const input = { ...options, path: { name }, body: { name: newName }, extension } as const;
      return change(context, "POST /1.0/network-integrations/{name}", input);
    },
    delete: (name, options = {}) =>
      change(context, "DELETE /1.0/network-integrations/{name}", { ...options, path: { name }, extension }),
  };
}
