import type { Flavour } from "@lxdkit/protocol";
import type { FakeState } from "./fake-state.ts";
import { etagOf } from "./etag.ts";
import { tellRequest } from "../events/lifecycle-event.ts";
import { parseFilter } from "./filter.ts";
import { type JsonObject, objectField, parseBody, textField } from "./json-body.ts";
import type { Refusal } from "./refusal.ts";
import {
  type ApiReply,
  type ApiRequest,
  checkIfMatch,
  created,
  type Handler,
  recursionOf,
  type Route,
  sync,
} from "./router.ts";
import type { Table } from "./table.ts";

/** How objects of a kind are made. */
export interface CreateRule<T> {
  /** Reads the body, and refuses a bad one, before it is known whether there is such a project. */
  early?(request: ApiRequest): void;
  /** Answers requests that are no plain creation, such as a copy; undefined leaves it to the other rules. */
  instead?(request: ApiRequest, scope: string, body: JsonObject): ApiReply | undefined;
  /** Whether the answer is a plain 200, without a URL; false by default. */
  readonly isPlain?: boolean;
  /** Checks the body and makes the record, which is then put into its table; may answer late. */
  make(request: ApiRequest, scope: string, body: JsonObject): T | Promise<T>;
  /** Runs once the record is in its table, before the event is told. */
  made?(request: ApiRequest, record: T): void;
  /** The `context` of the event. */
  context?(record: T): Readonly<Record<string, unknown>>;
}

/** How objects of a kind are changed by `PUT` and `PATCH`. */
export interface UpdateRule<T> {
  /** Answers changes of another kind, such as a restoration; undefined leaves it to the other rules. */
  instead?(request: ApiRequest, record: T, body: JsonObject): ApiReply | undefined;
  /** Checks the body and makes the record as it shall be; a field that the body leaves out becomes empty. */
  replace(request: ApiRequest, record: T, body: JsonObject): T;
  /**
   * What a `PATCH` means as a `PUT`; by default the configuration is merged, and everything else that the body leaves
   * out becomes empty, as on most objects.
   */
  merge?(record: T, body: JsonObject): JsonObject;
  /** Reads the body, and refuses a bad one, before the object is looked for; by default that comes after `If-Match`. */
  early?(request: ApiRequest): void;
  /** Runs once the changed record is in its table; a refusal does not take that back. */
  changed?(request: ApiRequest, old: T, record: T): void;
  /** Whether `If-Match` is heeded; true by default. */
  readonly heedsIfMatch?: boolean;
  /** The `context` of the event. */
  tells?(record: T): Readonly<Record<string, unknown>>;
  /**
   * Whether the servers tell of the change also when they refuse it: before they check it, or after all that follows a
   * `PUT` and before it a `PATCH`. They tell of what they did alone by default.
   */
  readonly isTold?: "first" | "after PUT";
}

/** How objects of a kind get another name by `POST`. */
export interface RenameRule<T> {
  /** Answers requests that want more than another name, such as another pool; undefined leaves it to the other rules. */
  instead?(request: ApiRequest, record: T, body: JsonObject): ApiReply | undefined;
  /** Refuses to rename some objects before the body is read. */
  early?(request: ApiRequest): void;
  /** Refuses a new name before it is known whether there is anything of the old one. */
  check?(request: ApiRequest, scope: string, name: string): void;
  /** Checks the new name and makes the renamed record; the old one is then removed. */
  rename(request: ApiRequest, record: T, name: string): T;
  /** Runs once the record has its new name, before the event is told. */
  renamed?(request: ApiRequest, old: T, record: T): void;
}

/** One kind of object: where it is, how it looks and what may be done with it. */
export interface ResourceSpec<T> {
  /** Pattern of the list, for example `/1.0/profiles`. */
  readonly path: string;
  /** The last part of the pattern of one object; `{name}` by default, `{name...}` where names may hold slashes. */
  readonly item?: string;
  /** What its events begin with, for example `profile`; none by default. */
  readonly event?: string;
  table(state: FakeState): Table<T>;
  /** The scope that the request means; refuses a project or a parent that is not there. */
  scope(request: ApiRequest): string;
  /** The object that the last part of the path means; the one with that very name by default. */
  find?(request: ApiRequest, scope: string, name: string): T | undefined;
  /** The answer when there is none. */
  missing(request: ApiRequest, name: string): Refusal;
  nameOf(record: T): string;
  /** The project of the record, for its events; the default one for what belongs to no project. */
  projectOf?(record: T): string;
  url(state: FakeState, record: T): string;
  /** The URL that events give for it; {@link url} by default. */
  source?(state: FakeState, record: T): string;
  /** The URL that answers to its creation and its events give, in the project of the request; {@link url} by default. */
  location?(request: ApiRequest, record: T): string;
  /** The object as the API shows it. */
  view(request: ApiRequest, record: T): object;
  /** What its ETag is made of; no `ETag` header without, and no check of `If-Match`. */
  etag?(request: ApiRequest, record: T): unknown;
  /** Says that the server checks `If-Match` without ever sending the ETag. */
  hidesEtag?(state: FakeState): boolean;
  /** How the list differs from others. */
  readonly list?: {
    /** The families that heed `filter`; Incus alone by default. */
    readonly filteredBy?: readonly Flavour[];
    /** The URL of an object in the list; that of everywhere else by default. */
    url?(state: FakeState, record: T): string;
    /** Whether the caller may see an object; true by default. */
    isShown?(request: ApiRequest, record: T): boolean;
    /** Whether Incus heeds `all-projects`, once it has found the project; LXD does not. False by default. */
    readonly hasAllProjects?: boolean;
    /** Refuses a project that `all-projects` comes with, before it is looked for. */
    checkAllProjects?(request: ApiRequest): void;
    /** Whether names are sorted; by age otherwise. True by default. */
    readonly isSorted?: boolean;
    /** Whether those of all projects are in the order of their projects, the oldest first. False by default. */
    readonly isByProject?: boolean;
    /** Objects behind those of the table, such as the interfaces of the machine behind the managed networks. */
    others?(request: ApiRequest, scope: string): readonly T[];
  };
  readonly create?: CreateRule<T>;
  readonly update?: UpdateRule<T>;
  readonly rename?: RenameRule<T>;
  /** Checks that the object may go; it is then removed. Without it there is no `DELETE`. */
  readonly remove?: (request: ApiRequest, record: T) => void;
  /** Methods of one object that work in another way, such as an operation. */
  readonly itemMethods?: Readonly<Partial<Record<string, Handler>>>;
  /** Methods of the list that work in another way. */
  readonly listMethods?: Readonly<Partial<Record<string, Handler>>>;
  /** Methods that answer callers without trust too. */
  readonly isPublic?: readonly string[];
}

/** The two routes of one kind of object. */
export function resourceRoutes<T>(spec: ResourceSpec<T>): readonly Route[] {
  const { create, update, rename, remove, isPublic = [] } = spec;
  const list: Record<string, Handler> = { GET: (request) => listAll(spec, request) };
  if (create !== undefined) list["POST"] = (request) => post(spec, create, request);
  const item: Record<string, Handler> = { GET: (request) => getOne(spec, request) };
  if (update !== undefined) {
    item["PUT"] = (request) => change(spec, update, request, (_, body) => body);
    const merge = update.merge ?? mergeConfig;
    item["PATCH"] = (request) => change(spec, update, request, merge);
  }
  if (rename !== undefined) item["POST"] = (request) => move(spec, rename, request);
  if (remove !== undefined) item["DELETE"] = (request) => removeOne(spec, remove, request);
  return [
    { pattern: spec.path, methods: { ...list, ...spec.listMethods }, isPublic },
    { pattern: `${spec.path}/${spec.item ?? "{name}"}`, methods: { ...item, ...spec.itemMethods }, isPublic },
  ];
}

/** The record that the request's path names. */
export function requireRecord<T>(spec: ResourceSpec<T>, request: ApiRequest): T {
  const scope = spec.scope(request);
  const param = /\{(\w+)/.exec(spec.item ?? "{name}")?.[1] ?? "name";
  const name = request.params[param] ?? "";
  const find = spec.find ?? ((): T | undefined => spec.table(request.state).get(scope, name));
  const record = find(request, scope, name);
  if (record === undefined) throw spec.missing(request, name);
  return record;
}

/** A `PATCH` of a kind whose configuration alone is merged. */
function mergeConfig(record: unknown, body: JsonObject): JsonObject {
  const { config } = record as { readonly config: JsonObject };
  return { ...body, config: { ...config, ...objectField(body, "config") } };
}

function listAll<T>(spec: ResourceSpec<T>, request: ApiRequest): ApiReply {
  const { state, query } = request;
  const {
    filteredBy = ["incus"],
    hasAllProjects = false,
    isSorted = true,
    isByProject = false,
    isShown,
    others,
  } = spec.list ?? {};
  const isAll = state.flavour === "incus" && hasAllProjects && query.get("all-projects") === "true";
  const table = spec.table(state);
  if (isAll) spec.list?.checkAllProjects?.(request);
  const named = spec.scope(request);
  const scope = isAll ? "default" : named;
  const found = [...(isAll ? table.all() : table.in(scope))];
  if (isSorted) found.sort((a, b) => compareTexts(spec.nameOf(a), spec.nameOf(b)));
  if (isAll && isByProject) sortByProject(spec, state, found);
  found.push(...(others?.(request, scope) ?? []));
  const shown = isShown === undefined ? found : found.filter((record) => isShown(request, record));
  const url = spec.list?.url ?? spec.url;
  return sync(listed({ url, view: spec.view }, request, shown, filteredBy.includes(state.flavour)));
}

function sortByProject<T>(spec: ResourceSpec<T>, { store }: FakeState, records: T[]): void {
  const projects = store.projects.all().map(({ name }) => name);
  const order = (record: T): number => projects.indexOf(spec.projectOf?.(record) ?? "default");
  records.sort((a, b) => order(a) - order(b));
}

/** The elements of a list: URLs, or objects with `recursion`, those alone that fit the `filter`. */
function listed<T>(
  spec: Pick<ResourceSpec<T>, "url" | "view">,
  request: ApiRequest,
  records: readonly T[],
  isFiltered: boolean,
): readonly unknown[] {
  const { state, query } = request;
  const filter = query.get("filter") ?? "";
  const fits = isFiltered && filter !== "" ? parseFilter(filter, state.flavour) : undefined;
  const chosen = fits === undefined ? records : records.filter((record) => fits(spec.view(request, record)));
  return recursionOf(query) > 0
    ? chosen.map((record) => spec.view(request, record))
    : chosen.map((record) => spec.url(state, record));
}

/** Orders texts by their bytes, as SQLite and Go do. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function getOne<T>(spec: ResourceSpec<T>, request: ApiRequest): ApiReply {
  const record = requireRecord(spec, request);
  const isHidden = spec.etag === undefined || spec.hidesEtag?.(request.state) === true;
  return sync(spec.view(request, record), isHidden ? undefined : etagOf(spec.etag?.(request, record)));
}

async function post<T>(spec: ResourceSpec<T>, rule: CreateRule<T>, request: ApiRequest): Promise<ApiReply> {
  rule.early?.(request);
  const scope = spec.scope(request);
  const body = parseBody(request);
  const reply = rule.instead?.(request, scope, body);
  if (reply !== undefined) return reply;
  const record = await rule.make(request, scope, body);
  spec.table(request.state).put(record);
  rule.made?.(request, record);
  announce(spec, request, "created", record, rule.context?.(record));
  return rule.isPlain === true ? sync({}) : created((spec.location ?? locationOf(spec))(request, record));
}

function change<T>(
  spec: ResourceSpec<T>,
  rule: UpdateRule<T>,
  request: ApiRequest,
  merge: (record: T, body: JsonObject) => JsonObject,
): ApiReply {
  rule.early?.(request);
  const record = requireRecord(spec, request);
  if (rule.heedsIfMatch !== false && spec.etag) checkIfMatch(request, etagOf(spec.etag(request, record)));
  const body = parseBody(request);
  const reply = rule.instead?.(request, record, body);
  if (reply !== undefined) return reply;
  const isLast = rule.isTold === "after PUT" && request.method === "PUT";
  if (rule.isTold !== undefined && !isLast) announce(spec, request, "updated", record);
  try {
    const changed = rule.replace(request, record, merge(record, body));
    spec.table(request.state).put(changed);
    rule.changed?.(request, record, changed);
    if (rule.isTold === undefined) announce(spec, request, "updated", changed, rule.tells?.(changed));
  } finally {
    if (isLast) announce(spec, request, "updated", record);
  }
  return sync({});
}

function move<T>(spec: ResourceSpec<T>, rule: RenameRule<T>, request: ApiRequest): ApiReply {
  rule.early?.(request);
  const body = parseBody(request);
  rule.check?.(request, spec.scope(request), textField(body, "name"));
  const record = requireRecord(spec, request);
  const reply = rule.instead?.(request, record, body);
  if (reply !== undefined) return reply;
  const renamed = rule.rename(request, record, textField(body, "name"));
  spec.table(request.state).replace(record, renamed);
  rule.renamed?.(request, record, renamed);
  announce(spec, request, "renamed", renamed, { old_name: spec.nameOf(record) });
  return created((spec.location ?? locationOf(spec))(request, renamed));
}

function locationOf<T>(spec: ResourceSpec<T>): (request: ApiRequest, record: T) => string {
  return ({ state }, record) => spec.url(state, record);
}

function removeOne<T>(
  spec: ResourceSpec<T>,
  check: (request: ApiRequest, record: T) => void,
  request: ApiRequest,
): ApiReply {
  const record = requireRecord(spec, request);
  check(request, record);
  spec.table(request.state).delete(record);
  announce(spec, request, "deleted", record);
  return sync({});
}

function announce<T>(
  spec: ResourceSpec<T>,
  request: ApiRequest,
  verb: string,
  record: T,
  context?: Readonly<Record<string, unknown>>,
): void {
  if (spec.event === undefined) return;
  const source = spec.location?.(request, record) ?? (spec.source ?? spec.url)(request.state, record);
  const project = spec.location === undefined ? spec.projectOf?.(record) : request.query.get("project") || undefined;
  tellRequest(request, { action: `${spec.event}-${verb}`, source, project, context });
}
