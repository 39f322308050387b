import { etagOf } from "../core/etag.ts";
import { parseFilter } from "../core/filter.ts";
import { findImage, imageEtag, imageView } from "./image-store.ts";
import { Refusal } from "../core/refusal.ts";
import { type ApiReply, type ApiRequest, checkProject, recursionOf, type Route, sync } from "../core/router.ts";

/** `/1.0/images` and what is below it. */
export const imageRoutes: readonly Route[] = [
  { pattern: "/1.0/images", methods: { GET: listImages } },
  { pattern: "/1.0/images/aliases", methods: { GET: listAliases } },
  // The name may hold slashes, escaped or not.
  { pattern: "/1.0/images/aliases/{name...}", methods: { GET: getAlias } },
  { pattern: "/1.0/images/{fingerprint}", methods: { GET: getImage } },
];

function checkImages(request: ApiRequest): void {
  checkProject(request, () => new Refusal(404, "Check if project has images: fetch project: Project not found"));
}

function listImages(request: ApiRequest): ApiReply {
  const { state, query } = request;
  checkImages(request);
  const filter = parseFilter(query.get("filter") ?? "", state.flavour);
  const images = [...state.images.values()].map((image) => imageView(state, image)).filter(filter);
  return sync(recursionOf(query) > 0 ? images : images.map(({ fingerprint }) => `/1.0/images/${fingerprint}`));
}

function getImage(request: ApiRequest): ApiReply {
  const { state, params } = request;
  checkImages(request);
  const prefix = params["fingerprint"] ?? "";
  const image = findImage(state, prefix);
  if (image !== undefined) return sync(imageView(state, image), imageEtag(image));
  throw new Refusal(404, state.flavour === "lxd" ? "Image not found" : `Image "${prefix}" not found`);
}

function listAliases(request: ApiRequest): ApiReply {
  const { state, query } = request;
  checkImages(request);
  const aliases = [...state.aliases.values()];
  return sync(recursionOf(query) > 0 ? aliases : aliases.map(({ name }) => `/1.0/images/aliases/${name}`));
}

function getAlias(request: ApiRequest): ApiReply {
  checkImages(request);
  const alias = request.state.aliases.get(request.params["name"] ?? "");
  if (alias === undefined) throw new Refusal(404, "Image alias not found");
  return sync(alias, etagOf(alias));
}
