import { type NetworkAcl, type NetworkAclPut, networkAclSchema, type NetworkAclsPost } from "@lxdkit/protocol";
import type { StreamedResponse } from "@lxdkit/transport";
import { change, read, readStream, readTagged } from "../call.ts";
import type { AllProjectsOptions, CallOptions, ChangeOptions, FilterOptions, Tagged } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import { listExtensions } from "../list-extensions.ts";
import { listOf, urlsSchema } from "../list-of.ts";
import { withConfig } from "../with-config.ts";

/** Options of a list of network ACLs; both are for Incus only. */
export interface ListNetworkAclsOptions extends FilterOptions, AllProjectsOptions {}

/** Calls below `/1.0/network-acls`. */
export interface NetworkAclsApi {
  /** `GET /1.0/network-acls?recursion=1`. */
  list(options?: ListNetworkAclsOptions): Promise<NetworkAcl[]>;
  /** `GET /1.0/network-acls`: their URLs. */
  listUrls(options?: ListNetworkAclsOptions): Promise<string[]>;
  /** `GET /1.0/network-acls/{name}`. */
  get(name: string, options?: CallOptions): Promise<Tagged<NetworkAcl>>;
  /**
   * `GET /1.0/network-acls/{name}/log`: a line of JSON for each packet that a rule with the state `logged` met.
   *
   * Servers read it from the log of OVN, which must be there; of a bridge the kernel's own log tells.
   */
  log(name: string, options?: CallOptions): Promise<StreamedResponse>;
  /** `POST /1.0/network-acls`; `BAD_REQUEST` when it exists. */
  create(acl: NetworkAclsPost, options?: CallOptions): Promise<void>;
  /** `PUT /1.0/network-acls/{name}`: replaces rules and configuration. */
  update(name: string, acl: NetworkAclPut, options?: ChangeOptions): Promise<void>;
  /** `PATCH /1.0/network-acls/{name}`: merges `config`; rules and a description that are left out are removed. */
  patch(name: string, acl: NetworkAclPut, options?: ChangeOptions): Promise<void>;
  /** `POST /1.0/network-acls/{name}`: gives it another name. */
  rename(name: string, newName: string, options?: CallOptions): Promise<void>;
  /** `DELETE /1.0/network-acls/{name}`; `SERVER_ERROR` while something uses it. */
  delete(name: string, options?: CallOptions): Promise<void>;
}

/** Makes the calls below `/1.0/network-acls`. */
export function networkAclsApi(context: ClientContext): NetworkAclsApi {
  const collection = "GET /1.0/network-acls";
  return {
    list(options = {}) {
      const extension = listExtensions(options, "network_acls_all_projects");
      return read(context, collection, { ...options, recursion: 1, extension }, listOf(networkAclSchema));
    },
    listUrls(options = {}) {
      const extension = listExtensions(options, "network_acls_all_projects");
      return read(context, collection, { ...options, extension }, urlsSchema);
    },
    get: (name, options = {}) =>
      readTagged(context, "GET /1.0/network-acls/{name}", { ...options, path: { name } }, networkAclSchema),
    log: (name, options = {}) =>
      readStream(context, "GET /1.0/network-acls/{name}/log", { ...options, path: { name } }),
    create: (body, options = {}) => change(context, "POST /1.0/network-acls", { ...options, body }),
    update: (name, body, options = {}) =>
      change(context, "PUT /1.0/network-acls/{name}", { ...options, path: { name }, body }),
    patch: (name, acl, options = {}) =>
      change(context, "PATCH /1.0/network-acls/{name}", { ...options, path: { name }, body: withConfig(acl) }),
    rename: (name, newName, options = {}) =>
      change(context, "POST /1.0/network-acls/{name}", { ...options, path: { name }, body: { name: newName } }),
    delete: (name, options = {}) => change(context, "DELETE /1.0/network-acls/{name}", { ...options, path: { name } }),
  };
}
