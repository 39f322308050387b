import { maySee as maySeeProject } from "../access/restricted-access.ts";
import { apiUrl } from "../core/api-url.ts";
import { flagField, type JsonObject, textListField, textMapField } from "../core/json-body.ts";
import { sortedMap } from "../core/etag.ts";
import type { ImageRecord } from "../core/records.ts";
import { OperationFailure, Refusal } from "../core/refusal.ts";
import { requireRecord, resourceRoutes, type ResourceSpec } from "../core/resource.ts";
import type { ApiReply, ApiRequest, Route } from "../core/router.ts";
import { timeField } from "../core/time-field.ts";
import { unsetTime } from "../core/wire-time.ts";
import { tellRequest } from "../events/lifecycle-event.ts";
import { hasProject, projectFor, projectOf } from "../projects/project-scope.ts";
import { exportImage } from "./image-export.ts";
import { profilesOfImage, withProfiles } from "./image-profiles.ts";
import { addImages } from "./image-post.ts";
import { refreshImage } from "./image-refresh.ts";
import { pushImage } from "./image-push.ts";
import { findImage, imageScope, imageView, tellOfImage } from "./image-store.ts";
import { imageResources, makeImageToken, useSecret } from "./image-tokens.ts";

const spec: ResourceSpec<ImageRecord> = {
  path: "/1.0/images",
  item: "{fingerprint}",
  event: "image",
  table: (state) => state.store.images,
  scope: imageScope,
  find: (request, scope, prefix) => {
    const image = findImage(request.state, scope, prefix);
    if (image === undefined) return undefined;
    const isOpened = request.method === "GET" && useSecret(request, image);
    return isOpened || maySee(request, image) ? image : undefined;
  },
  missing: (request, prefix) => {
    const { state, method } = request;
    // LXD names an image that is there but not for the caller.
    const hidden = state.flavour === "lxd" ? findImage(state, imageScope(request), prefix)?.fingerprint : prefix;
    return new Refusal(
      404,
      method !== "GET" || hidden === undefined ? "Image not found" : `Image "${hidden}" not found`,
    );
  },
  nameOf: ({ fingerprint }) => fingerprint,
  projectOf: ({ project }) => project,
  url: ({ flavour }, { fingerprint, project }) => apiUrl(flavour, ["images", fingerprint], project),
  location: (request, { fingerprint }) => apiUrl(request.state.flavour, ["images", fingerprint], projectOf(request)),
  view: (request, image) => {
    const { state } = request;
    return { ...imageView(state, image), profiles: profilesOfImage(state, image, projectOf(request)) };
  },
  etag: (_, image) => [image.public, image.autoUpdate, image.properties],
  list: {
    filteredBy: ["lxd", "incus"],
    hasAllProjects: true,
    checkAllProjects: (request) => {
      if (projectOf(request) === "default") return;
      throw new Refusal(400, "Cannot specify a project when requesting all projects");
    },
    // The list alone leaves the project out: measured on both families.
    url: ({ flavour }, { fingerprint }) => apiUrl(flavour, ["images", fingerprint]),
    isShown: maySee,
  },
  update: {
    replace: replaceImage,
    merge: (image, body) => ({
      auto_update: image.autoUpdate,
      public: image.public,
      expires_at: image.expiresAt,
      ...body,
      properties: { ...image.properties, ...textMapField(body, "properties") },
    }),
  },
  listMethods: {
    POST: (request) => {
      if (hasProject(request.state, projectOf(request))) return addImages(request, imageScope(request));
      throw new Refusal(404, "Fetch project database object: Project not found");
    },
  },
  itemMethods: { DELETE: deleteImage },
  isPublic: ["GET"],
};

/** `/1.0/images` and what is below it, but for aliases. */
export const imageRoutes: readonly Route[] = [
  ...resourceRoutes(spec).map((route) =>
    // A push comes from a server that need not be trusted.
    route.pattern === spec.path ? { ...route, isPublic: ["GET", "POST"] } : route,
  ),
  {
    pattern: "/1.0/images/{fingerprint}/export",
    methods: {
      GET: (request) => exportImage(request, requireRecord(spec, request)),
      POST: (request) => pushImage(request, requireRecord(spec, request)),
    },
    isPublic: ["GET"],
  },
  {
    pattern: "/1.0/images/{fingerprint}/refresh",
    methods: { POST: (request) => refreshImage(request, requireRecord(spec, request)) },
  },
  {
    pattern: "/1.0/images/{fingerprint}/secret",
    methods: { POST: (request) => makeImageToken(request, requireRecord(spec, request)) },
  },
];

/** Callers without trust, or without access to the project, see public images alone. */
function maySee(request: ApiRequest, image: ImageRecord): boolean {
  return image.public || (request.caller.isTrusted && maySeeProject(request, projectOf(request)));
}

function replaceImage(request: ApiRequest, image: ImageRecord, body: JsonObject): ImageRecord {
  const { state, method } = request;
  const project = projectOf(request);
  const expiresAt = timeField(state.flavour, body, "expires_at") ?? unsetTime;
  const merged = {
    ...image,
    autoUpdate: flagField(body, "auto_update"),
    public: flagField(body, "public"),
    properties: sortedMap(textMapField(body, "properties") ?? {}),
  };
  // A PATCH leaves everything else alone.
  if (method === "PATCH") return merged;
  const profiles = textListField(body, "profiles") ?? profilesOfImage(state, image, project);
  const owner = projectFor(state, project, "features.profiles");
  const missing = profiles.find((name) => state.store.profiles.get(owner, name) === undefined);
  if (missing !== undefined) {
    throw new Refusal(state.flavour === "lxd" ? 400 : 500, `Profile '${missing}' doesn't exist`);
  }
  // A time that is not set changes nothing.
  const changed = { ...merged, expiresAt: expiresAt === unsetTime ? image.expiresAt : expiresAt };
  return withProfiles(state, changed, project, profiles);
}

function deleteImage(request: ApiRequest): ApiReply {
  const { state } = request;
  const image = requireRecord(spec, request);
  const { aliases, images } = state.store;
  const project = projectOf(request);
  const operation = state.operations.start({
    description: "Deleting image",
    project,
    resources: imageResources(state, { ...image, project }),
    work: async () => {
      await Promise.resolve();
      if (!images.delete(image)) throw new OperationFailure("Image not found");
      // One that another project has too is only forgotten.
      const isShared = images.all().some(({ fingerprint }) => fingerprint === image.fingerprint);
      for (const alias of aliases.in(image.project).filter(({ target }) => target === image.fingerprint)) {
        aliases.delete(alias);
        // LXD takes the aliases along without a word.
        if (state.flavour === "lxd") continue;
        const source = apiUrl(state.flavour, ["images", "aliases", alias.name], project);
        tellRequest(request, { action: "image-alias-deleted", source, project });
      }
      if (!isShared) tellOfImage(request, { ...image, project }, "image-deleted");
    },
  });
  return { kind: "operation", operation };
}
