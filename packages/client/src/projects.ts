import {
  type AccessEntry,
  accessSchema,
  type Project,
  type ProjectPut,
  projectSchema,
  type ProjectsPost,
  type ProjectState,
  projectStateSchema,
} from "@lxdkit/protocol";
import { begin, change, read, readTagged } from "./call.ts";
import type { CallOptions, ChangeOptions, FilterOptions, Tagged } from "./call-options.ts";
import type { ClientContext } from "./client-context.ts";
import { listExtensions } from "./list-extensions.ts";
import { listOf, urlsSchema } from "./list-of.ts";
import type { OperationHandle } from "./operation-handle.ts";
import { settleRename } from "./settle.ts";

/** Options of {@link ProjectsApi.delete}. */
export interface DeleteProjectOptions extends CallOptions {
  /** Delete all that is in it, too. Incus only (`projects_force_delete`). */
  readonly force?: boolean | undefined;
}

/** Calls below `/1.0/projects`. */
export interface ProjectsApi {
  /** `GET /1.0/projects?recursion=1`: those that the caller may see. */
  list(options?: FilterOptions): Promise<Project[]>;
  /** `GET /1.0/projects`: their URLs. */
  listUrls(options?: FilterOptions): Promise<string[]>;
  /** `GET /1.0/projects/{name}`. */
  get(name: string, options?: CallOptions): Promise<Tagged<Project>>;
  /** `POST /1.0/projects`. Features that are not given get the server's defaults. For a name that is taken: `CONFLICT` on LXD, `SERVER_ERROR` on Incus 6.0. */
  create(project: ProjectsPost, options?: CallOptions): Promise<void>;
  /** `PUT /1.0/projects/{name}`: replaces all of it; `features.*` can be changed only while it is empty. */
  update(name: string, project: ProjectPut, options?: ChangeOptions): Promise<void>;
  /**
   * `PATCH /1.0/projects/{name}`: changes what is given. A `config` replaces the whole one, `features.*` included, as
   * LXD 5.0 and Incus 6.0 do it.
   */
  patch(name: string, project: ProjectPut, options?: ChangeOptions): Promise<void>;
  /** `POST /1.0/projects/{name}`: renames one that is empty. */
  rename(name: string, newName: string, options?: CallOptions): Promise<OperationHandle>;
  /** `DELETE /1.0/projects/{name}`; refused while something is in it, unless forced. */
  delete(name: string, options?: DeleteProjectOptions): Promise<void>;
  /** `GET /1.0/projects/{name}/state`: limits and use. */
  state(name: string, options?: CallOptions): Promise<ProjectState>;
  /** `GET /1.0/projects/{name}/access`: who may use it. Incus only (`project_access`). */
  access(name: string, options?: CallOptions): Promise<readonly AccessEntry[]>;
}

/** Makes the calls below `/1.0/projects`. */
export function projectsApi(context: ClientContext): ProjectsApi {
  const collection = "GET /1.0/projects";
  const item = "GET /1.0/projects/{name}";
  return {
    list: (options = {}) => {
      const input = { ...options, extension: listExtensions(options), recursion: 1 } as const;
      return read(context, collection, input, listOf(projectSchema));
    },
    listUrls: (options = {}) =>
      read(context, collection, { ...options, extension: listExtensions(options) }, urlsSchema),
    get: (name, options = {}) => readTagged(context, item, { ...options, path: { name } }, projectSchema),
    create: (body, options = {}) => change(context, "POST /1.0/projects", { ...options, body }),
    update: (name, body, options = {}) =>
      change(context, "PUT /1.0/projects/{name}", { ...options, path: { name }, body }),
    patch: (name, body, options = {}) =>
      change(context, "PATCH /1.0/projects/{name}", { ...options, path: { name }, body }),
    rename: (name, newName, options = {}) => {
      const input = { ...options, path: { name }, body: { name: newName } };
      const settle = settleRename(
        context,
        item,
        { ...options, path: { name } },
        { ...options, path: { name: newName } },
      );
      return begin(context, "POST /1.0/projects/{name}", input, settle);
    },
    delete: (name, { force, ...options } = {}) => {
      const forced = force === true ? ({ query: { force: 1 }, extension: "projects_force_delete" } as const) : {};
      return change(context, "DELETE /1.0/projects/{name}", { ...options, ...forced, path: { name } });
    },
    state: (name, options = {}) =>
      read(context, "GET /1.0/projects/{name}/state", { ...options, path: { name } }, projectStateSchema),
    access: (name, options = {}) => {
      const input = { ...options, path: { name }, extension: "project_access" } as const;
      return read(context, "GET /1.0/projects/{name}/access", input, accessSchema);
    },
  };
}
