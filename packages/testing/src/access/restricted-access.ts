import { Refusal } from "../core/refusal.ts";
import type { ApiRequest } from "../core/router.ts";
import { projectFor, type ProjectFeature, projectOf } from "../projects/project-scope.ts";

// What a caller whose certificate is restricted to some projects may do; measured on LXD 5.0.2 and Incus 6.0.4.

/** Routes on which such callers may read, and nothing else. */
const readOnly: readonly RegExp[] = [
  /^\/1\.0$/,
  /^\/1\.0\/projects(?:\/|$)/,
  /^\/1\.0\/storage-pools(?:\/\{\w+\})?$/,
  /^\/1\.0\/storage-pools\/\{\w+\}\/resources$/,
  /^\/1\.0\/cluster(?:\/|$)/,
];

/** Where the objects of a route are when the project has none of its own. */
const features: readonly (readonly [RegExp, ProjectFeature])[] = [
  [/^\/1\.0\/profiles/, "features.profiles"],
  [/^\/1\.0\/images/, "features.images"],
  [/^\/1\.0\/network/, "features.networks"],
  [/^\/1\.0\/storage-pools\/\{\w+\}\/(?:volumes|buckets)/, "features.storage.volumes"],
];

/** Routes whose objects belong to a project. */
const inProject = new RegExp(
  `^/1\\.0/(?:instances|profiles|images|networks|network-acls|network-zones|events|metrics|storage-pools/\\{\\w+\\}/(?:volumes|buckets))(?:/|$)`,
);

/** Says whether the caller may see what is in a project. */
export function maySee({ caller }: Pick<ApiRequest, "caller">, project: string): boolean {
  return caller.projects === undefined || caller.projects.includes(project);
}

/** Refuses a caller with a restricted certificate what is not in its projects, and all that is the server's own. */
export function checkRestricted(request: ApiRequest): void {
  const { caller, pattern, method, state, params } = request;
  if (caller.projects === undefined || !caller.isTrusted) return;
  const isRead = method === "GET" || method === "HEAD";
  const isServers = pattern.startsWith("/1.0/warnings") || (!isRead && readOnly.some((route) => route.test(pattern)));
  if (isServers || isForeignCertificate(request)) throw refusal(request, "Certificate is restricted");
  if (pattern === "/1.0/storage-pools" && state.flavour === "incus") {
    throw new Refusal(500, "Certificate is restricted");
  }
  if (pattern.startsWith("/1.0/projects/{")) checkProject(request, params["name"] ?? "");
  else if (inProject.test(pattern)) checkInProject(request, isRead);
}

/** Nobody but an administrator adds or removes certificates. */
function isForeignCertificate({ pattern, method, params, caller, state }: ApiRequest): boolean {
  if (pattern === "/1.0/certificates") {
    if (method === "POST") throw new Refusal(403, "not authorized");
    return false;
  }
  // Everybody may read them.
  if (!pattern.startsWith("/1.0/certificates/") || method === "GET") return false;
  const isOwn = caller.username.startsWith(params["fingerprint"] ?? "");
  if (!isOwn && state.store.certificates.all().some(({ fingerprint }) => fingerprint === params["fingerprint"])) {
    return true;
  }
  return method === "DELETE";
}

function refusal({ state }: ApiRequest, text: string, status = 403): Refusal {
  return state.flavour === "lxd" ? new Refusal(403, "not authorized") : new Refusal(status, text);
}

function checkProject(request: ApiRequest, project: string): void {
  if (!maySee(request, project)) throw refusal(request, `User does not have permission for project "${project}"`);
}

function checkInProject(request: ApiRequest, isRead: boolean): void {
  const { state, pattern, query } = request;
  const project = projectOf(request);
  // What is public can be listed by everybody.
  if (pattern === "/1.0/images" && isRead) return;
  if (pattern === "/1.0/images" && !maySee(request, project)) throw new Refusal(403, "not authorized");
  const isIncus = state.flavour === "incus";
  if (isIncus && isRead && query.get("all-projects") === "true") return;
  if (isRead && /^\/1\.0\/(?:[a-z-]+|images\/aliases|storage-pools\/\{\w+\}\/volumes)$/.test(pattern)) {
    if (!maySee(request, project)) throw listRefusal(request, project);
    return;
  }
  // Incus lets everybody read objects that projects can share.
  const feature = features.find(([route]) => route.test(pattern))?.[1];
  const isShared = /^\/1\.0\/(?:profiles|networks|images)\//.test(pattern);
  if (isIncus && isRead && isShared) return;
  const isNew = request.method === "POST" && !pattern.endsWith("}");
  const place = isIncus && !isRead && !isNew && feature !== undefined ? projectFor(state, project, feature) : project;
  checkProject(request, place);
}

/** Incus says the same in several ways. */
function listRefusal(request: ApiRequest, project: string): Refusal {
  const text = `User does not have permissions for project "${project}"`;
  switch (request.pattern) {
    case "/1.0/instances":
    case "/1.0/profiles":
    case "/1.0/networks":
      return refusal(request, text, 500);
    case "/1.0/images/aliases":
      return refusal(request, `Failed to get a permission checker: ${text}`, 500);
    case "/1.0/events":
      return refusal(request, `User does not have permission for project "${project}"`);
    default:
      return refusal(request, text);
  }
}

/** The users of an object that the caller may know of; Incus hides no profiles. */
export function seenUsers(request: ApiRequest, urls: readonly string[]): readonly string[] {
  if (request.caller.projects === undefined) return urls;
  const isOpen = (url: string): boolean => request.state.flavour === "incus" && url.startsWith("/1.0/profiles/");
  return urls.filter(
    (url) => isOpen(url) || maySee(request, new URLSearchParams(url.split("?")[1] ?? "").get("project") ?? "default"),
  );
}
