import { createHash } from "node:crypto";
import type { Image, InstanceType } from "@lxdkit/protocol";
import { apiUrl } from "../core/api-url.ts";
import type { ApiRequest } from "../core/router.ts";
import { tellRequest } from "../events/lifecycle-event.ts";
import { featureScope } from "../projects/project-scope.ts";
import { sortedMap } from "../core/etag.ts";
import type { FakeState } from "../core/fake-state.ts";
import type { ImageRecord } from "../core/records.ts";
import { neverUsed, unsetTime, wireTime } from "../core/wire-time.ts";

/** An image that a fake server has from the start. */
export interface FakeImage {
  /** Its aliases; may hold slashes. */
  readonly aliases: readonly string[];
  /** 64 hexadecimal digits; made from the aliases by default. */
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
  const fingerprint = image.fingerprint ?? createHash("sha256").update(image.aliases.join("\n")).digest("hex");
  const type = image.type ?? "container";
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
  };
  state.store.images.put(record);
  for (const name of image.aliases) {
    state.store.aliases.put({ project, name, description: "", target: fingerprint, type });
  }
  return record;
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
    certificate: "",
    protocol: "simplestreams",
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
  const missing = "Check if project has images: fetch project: Project not found";
  return featureScope(request, "features.images", () => missing);
}

/** Tells what the caller did with an image. */
export function tellOfImage(
  request: ApiRequest,
  { fingerprint, project }: ImageRecord,
  action: string,
  context?: Readonly<Record<string, unknown>>,
): void {
  const source = apiUrl(request.state.flavour, ["images", fingerprint], project);
  tellRequest(request, { action, source, project, context });
}
