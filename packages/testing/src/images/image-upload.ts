import { createHash } from "node:crypto";
import { headerPrefix } from "@lxdkit/protocol";
import { apiUrl } from "../core/api-url.ts";
import { sortedMap } from "../core/etag.ts";
import type { FakeState } from "../core/fake-state.ts";
import type { Config, ImageFile, ImageRecord } from "../core/records.ts";
import { OperationFailure } from "../core/refusal.ts";
import type { ApiRequest, Caller } from "../core/router.ts";
import { neverUsed, unsetTime, wireTime } from "../core/wire-time.ts";
import { tell } from "../events/lifecycle-event.ts";
import { projectOf } from "../projects/project-scope.ts";
import type { OperationRun } from "../operations/operation-store.ts";
import { type ImageFacts, readImageFacts } from "./image-metadata.ts";
import { withProfilesOfNew } from "./image-profiles.ts";
import { addAliases, type WantedAlias } from "./new-aliases.ts";
import { readMultipart } from "./multipart.ts";

/** A file of an image with its bytes. */
export interface SentFile extends Omit<ImageFile, "content"> {
  readonly bytes: Buffer;
}

/** The files in the body of an upload: one of a unified image, or two of a split one. */
function sentFiles({ headers, bytes, state }: ApiRequest): readonly SentFile[] {
  const type = headers["content-type"] ?? "";
  const filename = header(headers, state, "filename");
  if (!type.startsWith("multipart/")) return [{ part: "metadata", filename, bytes }];
  const [metadata, rootfs] = readMultipart(bytes, type);
  if (metadata?.name !== "metadata") throw new OperationFailure("Invalid multipart image");
  if (rootfs === undefined) throw new OperationFailure("EOF");
  if (rootfs.name !== "rootfs" && rootfs.name !== "rootfs.img") throw new OperationFailure("Invalid multipart image");
  return [
    { part: "metadata", filename: metadata.filename, bytes: metadata.bytes },
    { part: rootfs.name, filename: rootfs.filename, bytes: rootfs.bytes },
  ];
}

function header(headers: ApiRequest["headers"], state: FakeState, name: string): string {
  const value = headers[`${headerPrefix(state.flavour)}${name}`.toLowerCase()];
  return typeof value === "string" ? value : "";
}

/** The fingerprint of an image: SHA-256 over its files, one after the other. */
export function fingerprintOf(files: readonly SentFile[]): string {
  const hash = createHash("sha256");
  for (const { bytes } of files) hash.update(bytes);
  return hash.digest("hex");
}

/** What a token says of the image that is sent for it. */
export interface TokenWish {
  readonly public: boolean;
  readonly properties: Config | null;
  readonly aliases: readonly WantedAlias[] | null;
  readonly expires_at: string;
}

/** The secret that a push brings along; empty without. */
export function sentSecret({ headers, state }: ApiRequest): string {
  return header(headers, state, "secret");
}

/** Puts an uploaded image into the store; fails with the servers' own words. */
export function storeUpload(request: ApiRequest, project: string, run: OperationRun, wish?: TokenWish): void {
  const { state, headers, caller } = request;
  const files = sentFiles(request);
  const fingerprint = fingerprintOf(files);
  const expected = header(headers, state, "fingerprint");
  if (expected !== "" && expected !== fingerprint) {
    throw new OperationFailure(`fingerprints don't match, got ${fingerprint} expected ${expected}`);
  }
  const facts = readImageFacts(files[0]?.bytes ?? Buffer.alloc(0));
  const profiles = new URLSearchParams(header(headers, state, "profiles")).getAll("profile");
  const known = profiles.filter((name) => state.store.profiles.get(project, name) !== undefined);
  // LXD 5.0.2 leaves out profiles that are not there, Incus refuses them.
  const missing = profiles.find((name) => !known.includes(name));
  if (missing !== undefined && state.flavour === "incus") {
    throw new OperationFailure(`Profile '${missing}' doesn't exist`);
  }
  const properties = Object.fromEntries(new URLSearchParams(header(headers, state, "properties")));
  const isPublic = ["true", "1", "yes", "on"].includes(header(headers, state, "public").toLowerCase());
  const image = imageOf(state, {
    project,
    files,
    fingerprint,
    // What a token says is all that there is.
    facts: { ...facts, properties: wish?.properties ?? { ...facts.properties, ...properties } },
    isPublic: wish?.public ?? isPublic,
    profiles: known.length > 0 ? known : ["default"],
  });
  const { expires_at: expiresAt = image.expiresAt } = wish ?? {};
  const asked = wish === undefined ? projectOf(request) : project;
  addNewImage(state, { ...image, expiresAt }, caller, run, { aliases: wish?.aliases ?? headerAliases(request), asked });
}

/** Incus takes names in a header. */
function headerAliases({ headers, state }: ApiRequest): readonly WantedAlias[] {
  if (state.flavour === "lxd") return [];
  const names = new URLSearchParams(header(headers, state, "aliases")).getAll("alias");
  return names.map((name) => ({ name, description: "" }));
}

/** What an image is made of. */
export interface ImageParts {
  readonly project: string;
  readonly files: readonly SentFile[];
  readonly fingerprint: string;
  readonly facts: ImageFacts;
  readonly isPublic: boolean;
  readonly profiles: readonly string[];
}

/** The record of an image that came as files. */
export function imageOf(state: FakeState, parts: ImageParts): ImageRecord {
  const { project, files, fingerprint, facts } = parts;
  const rootfs = files[1];
  const type = rootfs === undefined ? facts.type : rootfs.part === "rootfs.img" ? "virtual-machine" : "container";
  if (type === undefined) throw new OperationFailure("Invalid instance type");
  return {
    project,
    fingerprint,
    architecture: facts.architecture,
    type,
    properties: sortedMap(facts.properties),
    sizeBytes: files.reduce((total, { bytes }) => total + bytes.length, 0),
    public: parts.isPublic,
    autoUpdate: false,
    cached: false,
    profiles: parts.profiles,
    filename: (rootfs ?? files[0])?.filename ?? "",
    createdAt: new Date(facts.createdSeconds * 1000).toISOString().replace(".000Z", "Z"),
    uploadedAt: wireTime(state.clock.now()),
    // Each family prints "never" in its own way.
    expiresAt: state.flavour === "lxd" ? neverUsed : unsetTime,
    lastUsedAt: unsetTime,
    files: files.map(({ part, filename, bytes }) => ({ part, filename, content: bytes.toString("base64") })),
  };
}

/** How an image is added. */
export interface NewImageOptions {
  readonly aliases?: readonly WantedAlias[];
  /** The project that it was asked for in, which may have the images of the default one. */
  readonly asked: string;
  /** What is told when there is one of its fingerprint. */
  readonly taken?: string;
}

/** Adds an image under its fingerprint, which no other may have, and tells it. */
export function addNewImage(
  state: FakeState,
  image: ImageRecord,
  caller: Caller,
  run: OperationRun,
  { aliases = [], asked, taken = "Image with same fingerprint already exists" }: NewImageOptions,
): void {
  const { fingerprint, project } = image;
  run.update({ fingerprint, size: String(image.sizeBytes) });
  if (state.store.images.get(project, fingerprint) !== undefined) throw new OperationFailure(taken);
  // A name that is taken comes too late to keep the image away.
  state.store.images.put(withProfilesOfNew(state, image, asked));
  addAliases(state, image, aliases, { caller, asked });
  // The project that was asked for is told, even when its images are those of the default one.
  tellNewImage(state, { ...image, project: asked }, caller);
}

/** Tells of a new image. */
export function tellNewImage(
  state: FakeState,
  { fingerprint, project, type }: Pick<ImageRecord, "fingerprint" | "project" | "type">,
  caller: Caller,
): void {
  const source = apiUrl(state.flavour, ["images", fingerprint], project);
  tell(state, { action: "image-created", source, project, context: { type }, caller });
}
