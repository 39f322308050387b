import type { ImageAlias } from "@lxdkit/protocol";
import { etagOf } from "../core/etag.ts";
import { parseFilter } from "../core/filter.ts";
import { apiUrl } from "../core/api-url.ts";
import type { AliasRecord } from "../core/records.ts";
import { Refusal } from "../core/refusal.ts";
import { type ApiReply, type ApiRequest, recursionOf, type Route, sync } from "../core/router.ts";
import { featureScope } from "../projects/project-scope.ts";
import { findImage, imageEtag, imageView } from "./image-store.ts";

/** `/1.0/images` and what is below it. */
export const imageRoutes: readonly Route[] = [
  { pattern: "/1.0/images", methods: { GET: listImages } },
  { pattern: "/1.0/images/aliases", methods: { GET: listAliases } },
  // The name may hold slashes, escaped or not.
  { pattern: "/1.0/images/aliases/{name...}", methods: { GET: getAlias } },
  { pattern: "/1.0/images/{fingerprint}", methods: { GET: getImage } },
];

/** The project whose images the request means. */
export function imageScope(request: ApiRequest): string {
  return featureScope(
    request,
    "features.images",
    () => "Check if project has images: fetch project: Project not found",
  );
}

function listImages(request: ApiRequest): ApiReply {
  const { state, query } = request;
  const scope = imageScope(request);
  const filter = parseFilter(query.get("filter") ?? "", state.flavour);
  const images = state.store.images
    .in(scope)
    .map((image) => imageView(state, image))
    .filter(filter);
  return sync(
    recursionOf(query) > 0
      ? images
      : images.map(({ fingerprint }) => apiUrl(state.flavour, ["images", fingerprint], scope)),
  );
}

function getImage(request: ApiRequest): ApiReply {
  const { state, params } = request;
  const prefix = params["fingerprint"] ?? "";
  const image = findImage(state, imageScope(request), prefix);
  if (image !== undefined) return sync(imageView(state, image), imageEtag(image));
  throw new Refusal(404, state.flavour === "lxd" ? "Image not found" : `Image "${prefix}" not found`);
}

function listAliases(request: ApiRequest): ApiReply {
  const { state, query } = request;
  const scope = imageScope(request);
  const aliases = state.store.aliases.in(scope).map((alias) => aliasView(alias));
  return sync(
    recursionOf(query) > 0
      ? aliases
      : aliases.map(({ name }) => apiUrl(state.flavour, ["images", "aliases", name], scope)),
  );
}

function getAlias(request: ApiRequest): ApiReply {
  const found = request.state.store.aliases.get(imageScope(request), request.params["name"] ?? "");
  if (found === undefined) throw new Refusal(404, "Image alias not found");
  const alias = aliasView(found);
  return sync(alias, etagOf(alias));
}

function aliasView({ description, target, name, type }: AliasRecord): ImageAlias {
  return { description, target, name, type };
}
