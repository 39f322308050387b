import type { Image } from "@lxdkit/protocol";
import { sortedMap } from "../core/etag.ts";
import type { FakeState } from "../core/fake-state.ts";
import type { ImageFile, ImageRecord } from "../core/records.ts";
import type { Caller } from "../core/router.ts";
import { OperationFailure } from "../core/refusal.ts";
import { wireTime } from "../core/wire-time.ts";
import type { OperationRun } from "../operations/operation-store.ts";
import { fingerprintOf, type SentFile } from "./image-upload.ts";
import { readMultipart } from "./multipart.ts";
import { connectToServer, type RemoteAnswer, type RemoteServer } from "./remote-server.ts";

/** Which image to take from another LXD or Incus server. */
export interface ServerPull {
  readonly protocol: string;
  readonly server: string;
  /** PEM of the server; empty when authorities vouch for it. */
  readonly certificate: string;
  /** An alias, a fingerprint, or the start of one. */
  readonly image: string;
  /** What opens an image that is not public; empty without. */
  readonly secret: string;
  /** The project of the image on the other server; empty for the default one. */
  readonly sourceProject: string;
  /** Where it goes. */
  readonly scope: string;
  readonly caller: Caller;
}

/** Refuses protocols that the servers do not know. */
function checkServerProtocol(protocol: string): void {
  if (["", "incus", "lxd"].includes(protocol)) return;
  throw new OperationFailure(`Unsupported protocol: ${protocol}`);
}

/** Downloads an image from another server; one that the store has already is taken as it is. */
export async function pullFromServer(state: FakeState, pull: ServerPull, run: OperationRun): Promise<ImageRecord> {
  const { scope, server: url, certificate, image } = pull;
  checkServerProtocol(pull.protocol);
  const server = await connect(state, url, certificate, run.signal);
  if (image === "") throw new OperationFailure("must specify one of alias or fingerprint for init from image");
  // With a secret, the fingerprint is taken for what it is, and nobody is asked before it is needed.
  const wanted = pull.secret === "" ? await resolveAlias(server, pull) : image;
  const known = state.store.images.get(scope, wanted);
  if (known !== undefined) return known;
  const elsewhere = pull.secret === "" ? undefined : state.store.images.all().find((one) => one.fingerprint === wanted);
  if (elsewhere?.files !== undefined) return ownCopy(state, pull, elsewhere);
  // Without a protocol, Incus comes as far as here.
  if (state.flavour === "incus" && pull.protocol === "") throw new OperationFailure("Invalid protocol: ");
  const info = await imageInfo(server, wanted, pull);
  const files = filesOf(await server.send("GET", `${path(info.fingerprint)}/export${queryOf(pull)}`), info);
  if (fingerprintOf(files) !== info.fingerprint) {
    throw new OperationFailure(
      `Image fingerprint doesn't match. Got ${fingerprintOf(files)} expected ${info.fingerprint}`,
    );
  }
  return toRecord(state, pull, info, files);
}

async function connect(state: FakeState, url: string, certificate: string, signal: AbortSignal): Promise<RemoteServer> {
  try {
    return await connectToServer(state, url, certificate, signal);
  } catch (error) {
    if (!(error instanceof OperationFailure)) throw error;
    const title = state.flavour === "lxd" ? "LXD server" : "the server";
    throw new OperationFailure(`Failed to connect to ${title} "${url}": ${error.message}`);
  }
}

function path(image: string): string {
  return `/1.0/images/${encodeURIComponent(image)}`;
}

function queryOf({ secret, sourceProject }: ServerPull): string {
  const query = new URLSearchParams();
  if (sourceProject !== "" && sourceProject !== "default") query.set("project", sourceProject);
  if (secret !== "") query.set("secret", secret);
  return query.size === 0 ? "" : `?${query.toString()}`;
}

/** The fingerprint behind an alias; what is no alias may be a fingerprint itself. */
async function resolveAlias(server: RemoteServer, { image, sourceProject }: ServerPull): Promise<string> {
  const query =
    sourceProject === "" || sourceProject === "default" ? "" : `?project=${encodeURIComponent(sourceProject)}`;
  try {
    const { metadata } = await server.send("GET", `/1.0/images/aliases/${encodeURIComponent(image)}${query}`);
    return (metadata as { readonly target: string }).target;
  } catch (error) {
    if (error instanceof OperationFailure) return image;
    throw error;
  }
}

async function imageInfo(server: RemoteServer, image: string, pull: ServerPull): Promise<Image> {
  try {
    return (await server.send("GET", `${path(image)}${queryOf(pull)}`)).metadata as Image;
  } catch (error) {
    if (!(error instanceof OperationFailure)) throw error;
    throw new OperationFailure(`Failed getting remote image info: ${error.message}`, error.code);
  }
}

function filesOf({ headers, bytes }: RemoteAnswer, { filename }: Image): readonly SentFile[] {
  const type = headers["content-type"] ?? "";
  if (!type.startsWith("multipart/")) return [{ part: "metadata", filename, bytes }];
  return readMultipart(bytes, type).map((file, at) => ({
    part: at === 0 ? "metadata" : file.name === "rootfs.img" ? "rootfs.img" : "rootfs",
    filename: file.filename,
    bytes: file.bytes,
  }));
}

/** The image of another project, which needs no download. */
function ownCopy(state: FakeState, pull: ServerPull, image: ImageRecord): ImageRecord {
  const { protocol, server, certificate, image: alias } = pull;
  const now = wireTime(state.clock.now());
  const source = { alias, server, protocol: protocol || state.flavour, certificate };
  return { ...image, project: pull.scope, public: false, cached: true, uploadedAt: now, lastUsedAt: now, source };
}

function toRecord(state: FakeState, pull: ServerPull, info: Image, sent: readonly SentFile[]): ImageRecord {
  const now = wireTime(state.clock.now());
  const { protocol, server, certificate, image: alias } = pull;
  const files = sent.map(({ part, filename, bytes }): ImageFile => ({
    part,
    filename,
    content: bytes.toString("base64"),
  }));
  return {
    project: pull.scope,
    fingerprint: info.fingerprint,
    architecture: info.architecture,
    type: info.type,
    properties: sortedMap(info.properties ?? {}),
    sizeBytes: sent.reduce((total, { bytes }) => total + bytes.length, 0),
    public: false,
    autoUpdate: false,
    cached: true,
    profiles: ["default"],
    filename: state.flavour === "lxd" ? info.filename : "",
    createdAt: info.created_at,
    uploadedAt: now,
    expiresAt: info.expires_at,
    lastUsedAt: now,
    source: { alias, server, protocol: protocol || state.flavour, certificate },
    files,
  };
}
