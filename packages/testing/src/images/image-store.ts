import { createHash } from "node:crypto";
import type { Image, InstanceType } from "@lxdkit/protocol";
import { apiUrl } from "../core/api-url.ts";
import type { ApiRequest } from "../core/router.ts";
import { tellRequest } from "../events/lifecycle-event.ts";
import { Refusal } from "../core/refusal.ts";
import { featureScope, projectOf } from "../projects/project-scope.ts";
import { sortedMap } from "../core/etag.ts";
import type { FakeState } from "../core/fake-state.ts";
import type { ImageFile, ImageRecord } from "../core/records.ts";
import { writeTar } from "./tar.ts";
import { neverUsed, unsetTime, wireTime } from "../core/wire-time.ts";

/** An image that a fake server has from the start. */
export interface FakeImage {
  /** Its aliases; may hold slashes. */
  readonly aliases: readonly string[];
  /** 64 hexadecimal digits; by default the hash of a small archive, which can then be exported. */
  readonly fingerprint?: string;
  /** The kernel's name; that of the server's machine by default. */
  readonly architecture?: string;
  /** `container` by default. */
  readonly type?: InstanceType;
  readonly properties?: Readonly<Record<string, string>>;
  /** Bytes; 1,037,225 by default. */
  readonly sizeBytes?: number;
  /** False by default. */
  readonly public?: boolean;
  /** The name of its file; made from the first alias by default. */
  readonly filename?: string;
}

/** Puts an image with its aliases into the store. */
export function addImage(state: FakeState, project: string, image: FakeImage): ImageRecord {
  const type = image.type ?? "container";
  const files = image.fingerprint === undefined ? inventedFiles(image, type) : [];
  const fingerprint = image.fingerprint ?? hashOf(files);
  const now = wireTime(state.clock.now());
  const record: ImageRecord = {
    project,
    fingerprint,
    type,
    architecture: image.architecture ?? state.architectures[0] ?? "",
    properties: sortedMap(image.properties ?? { description: image.aliases[0] ?? fingerprint }),
    sizeBytes: image.sizeBytes ?? 1_037_225,
    public: image.public ?? false,
    autoUpdate: false,
    cached: false,
    profiles: ["default"],
    filename: image.filename ?? `${image.aliases[0]?.replaceAll("/", "-") ?? fingerprint}.tar.gz`,
    createdAt: now,
    uploadedAt: now,
    // Each family prints "never" in its own way.
    expiresAt: state.flavour === "lxd" ? neverUsed : unsetTime,
    lastUsedAt: unsetTime,
    ...(files.length === 0 ? {} : { files }),
  };
  state.store.images.put(record);
  for (const name of image.aliases) {
    state.store.aliases.put({ project, name, description: "", target: fingerprint, type });
  }
  return record;
}

/** The files of an image that nobody gave any: the same image has the same files. */
function inventedFiles(image: FakeImage, type: InstanceType): readonly ImageFile[] {
  const { aliases, properties = {}, architecture = "x86_64" } = image;
  const metadata = { architecture, creation_date: 1_700_000_000, properties, aliases };
  const root = type === "container" ? "rootfs/" : "rootfs.img";
  const archive = writeTar([
    { path: "metadata.yaml", content: Buffer.from(JSON.stringify(metadata)) },
    { path: root, content: Buffer.alloc(0) },
  ]);
  return [{ part: "metadata", filename: "", content: archive.toString("base64") }];
}

function hashOf(files: readonly ImageFile[]): string {
  const hash = createHash("sha256");
  for (const { content } of files) hash.update(Buffer.from(content, "base64"));
  return hash.digest("hex");
}

/** The image whose fingerprint starts with `prefix`, in any case; undefined when none or several do. */
export function findImage(state: FakeState, project: string, prefix: string): ImageRecord | undefined {
  const wanted = prefix.toLowerCase();
  const found = state.store.images.in(project).filter(({ fingerprint }) => fingerprint.startsWith(wanted));
  return found.length === 1 ? found[0] : undefined;
}

/** `GET /1.0/images/{fingerprint}`. */
export function imageView(state: FakeState, image: ImageRecord): Image {
  const aliases = state.store.aliases.in(image.project).filter(({ target }) => target === image.fingerprint);
  const source = image.source && {
    alias: image.source.alias,
    certificate: image.source.certificate ?? "",
    protocol: image.source.protocol ?? "simplestreams",
    server: image.source.server,
    image_type: "",
  };
  return {
    auto_update: image.autoUpdate,
    properties: image.properties,
    public: image.public,
    expires_at: image.expiresAt,
    profiles: image.profiles,
    aliases: aliases.map(({ name, description }) => ({ name, description })),
    architecture: image.architecture,
    cached: image.cached,
    filename: image.filename,
    fingerprint: image.fingerprint,
    size: image.sizeBytes,
    ...(source === undefined ? {} : { update_source: source }),
    type: image.type,
    created_at: image.createdAt,
    last_used_at: image.lastUsedAt,
    uploaded_at: image.uploadedAt,
    ...(state.flavour === "incus" ? { project: image.project } : {}),
  };
}

/** The project whose images the request means. */
export function imageScope(request: ApiRequest): string {
  const { state, method, pattern, caller, params } = request;
  const isLxd = state.flavour === "lxd";
  if (!caller.isTrusted && !isLxd && method === "GET" && projectOf(request) !== "default") {
    throw new Refusal(400, "Unauthenticated image queries are only possible against the default project");
  }
  const { fingerprint } = params;
  const missing =
    isLxd && method === "POST" && pattern === "/1.0/images"
      ? "Fetch project database object: Project not found"
      : !isLxd && method === "GET" && fingerprint !== undefined
        ? `Image "${fingerprint}" not found`
        : "Check if project has images: fetch project: Project not found";
  return featureScope(request, "features.images", () => missing);
}

/** Tells what the caller did with an image. */
export function tellOfImage(
  request: ApiRequest,
  { fingerprint, project }: Pick<ImageRecord, "fingerprint" | "project">,
  action: string,
  context?: Readonly<Record<string, unknown>>,
): void {
  const source = apiUrl(request.state.flavour, ["images", fingerprint], project);
  tellRequest(request, { action, source, project, context });
}
