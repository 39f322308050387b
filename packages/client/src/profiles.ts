import { type Profile, type ProfilePut, profileSchema, type ProfilesPost } from "@lxdkit/protocol";
import { change, read, readTagged } from "./call.ts";
import type { AllProjectsOptions, CallOptions, ChangeOptions, FilterOptions, Tagged } from "./call-options.ts";
import type { ClientContext } from "./client-context.ts";
import { listExtensions } from "./list-extensions.ts";
import { listOf, urlsSchema } from "./list-of.ts";

/** Options of a list of profiles; the filter is for Incus only, `allProjects` also for newer LXD. */
export interface ListProfilesOptions extends FilterOptions, AllProjectsOptions {}

/** Calls below `/1.0/profiles`. */
export interface ProfilesApi {
  /** `GET /1.0/profiles?recursion=1`. */
  list(options?: ListProfilesOptions): Promise<Profile[]>;
  /** `GET /1.0/profiles`: their URLs. */
  listUrls(options?: ListProfilesOptions): Promise<string[]>;
  /** `GET /1.0/profiles/{name}`. */
  get(name: string, options?: CallOptions): Promise<Tagged<Profile>>;
  /** `POST /1.0/profiles`. For a name that is taken: `SERVER_ERROR`. */
  create(profile: ProfilesPost, options?: CallOptions): Promise<void>;
  /** `PUT /1.0/profiles/{name}`: replaces all of it; instances that use it are changed at once. */
  update(name: string, profile: ProfilePut, options?: ChangeOptions): Promise<void>;
  /** `PATCH /1.0/profiles/{name}`: merges the given keys and devices; an empty value removes a key. */
  patch(name: string, profile: ProfilePut, options?: ChangeOptions): Promise<void>;
  /** `POST /1.0/profiles/{name}`; `default` cannot be renamed. */
  rename(name: string, newName: string, options?: CallOptions): Promise<void>;
  /** `DELETE /1.0/profiles/{name}`; `SERVER_ERROR` while instances use it, `FORBIDDEN` for `default`. */
  delete(name: string, options?: CallOptions): Promise<void>;
}

/** Makes the calls below `/1.0/profiles`. */
export function profilesApi(context: ClientContext): ProfilesApi {
  const collection = "GET /1.0/profiles";
  return {
    list: (options = {}) => {
      const extension = listExtensions(options, "profiles_all_projects");
      return read(context, collection, { ...options, extension, recursion: 1 }, listOf(profileSchema));
    },
    listUrls: (options = {}) => {
      const extension = listExtensions(options, "profiles_all_projects");
      return read(context, collection, { ...options, extension }, urlsSchema);
    },
    get: (name, options = {}) =>
      readTagged(context, "GET /1.0/profiles/{name}", { ...options, path: { name } }, profileSchema),
    create: (body, options = {}) => change(context, "POST /1.0/profiles", { ...options, body }),
    update: (name, body, options = {}) =>
      change(context, "PUT /1.0/profiles/{name}", { ...options, path: { name }, body }),
    patch: (name, body, options = {}) =>
      change(context, "PATCH /1.0/profiles/{name}", { ...options, path: { name }, body: body }),
    rename: (name, newName, options = {}) =>
      change(context, "POST /1.0/profiles/{name}", { ...options, path: { name }, body: { name: newName } }),
    delete: (name, options = {}) => change(context, "DELETE /1.0/profiles/{name}", { ...options, path: { name } }),
  };
}
