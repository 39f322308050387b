import { sortedMap } from "../core/etag.ts";
import type { FakeState } from "../core/fake-state.ts";
import { type JsonObject, objectField, textField, textMapField } from "../core/json-body.ts";
import type { Config, ImageRecord } from "../core/records.ts";
import { OperationFailure, Refusal } from "../core/refusal.ts";
import type { ApiReply, ApiRequest } from "../core/router.ts";
import { wireTime } from "../core/wire-time.ts";
import { type ImagePull, pullImage, type PullRequest } from "../images/image-pull.ts";
import { serverPull } from "../images/image-post.ts";
import { tellNewImage } from "../images/image-upload.ts";
import { pullFromServer } from "../images/server-pull.ts";
import { findImage } from "../images/image-store.ts";
import type { OperationRun } from "../operations/operation-store.ts";
import { projectFor } from "../projects/project-scope.ts";
import { noSpaceForInstance, requireSpace } from "../faults/disk-space.ts";
import { addInstance, showUnpacking, undoing } from "./add-instance.ts";
import { start } from "./instance-actions.ts";
import { checkInstanceType, type InstanceRequest } from "./instance-request.ts";
import { checkArchitecture } from "./instance-rules.ts";
import { instanceResources } from "./instance-url.ts";
import { newInstance } from "./new-instance.ts";

/** Where a new instance comes from. */
export type ImageSource =
  | { readonly kind: "none" }
  | { readonly kind: "local"; readonly fingerprint: string | undefined }
  | { readonly kind: "pull"; readonly pull: PullRequest; readonly source: JsonObject };

/** `POST /1.0/instances` with an image or nothing as the source. */
export function createInstance(request: ApiRequest, wanted: InstanceRequest, body: JsonObject): ApiReply {
  const { state } = request;
  const { project } = wanted;
  const source = readSource(state, project, objectField(body, "source"), wanted.type);
  checkInstanceType(wanted);
  if (source.kind === "none") checkArchitecture(wanted.architecture, 500);
  const operation = state.operations.start({
    description: "Creating instance",
    project,
    resources: instanceResources(state, wanted),
    work: (run) => create(state, wanted, source, run),
  });
  return { kind: "operation", operation };
}

function readSource(state: FakeState, project: string, source: JsonObject, type: InstanceRequest["type"]): ImageSource {
  const kind = textField(source, "type");
  if (kind === "none") return { kind };
  if (kind !== "image") throw new Refusal(400, `Unknown source type ${kind}`);
  return readImageSource(state, project, source, type);
}

/** The image that a source of the type `image` means. */
export function readImageSource(
  state: FakeState,
  project: string,
  source: JsonObject,
  type: InstanceRequest["type"],
): ImageSource {
  const scope = projectFor(state, project, "features.images");
  const alias = textField(source, "alias");
  const fingerprint = textField(source, "fingerprint");
  const properties = textMapField(source, "properties");
  if (alias === "" && fingerprint === "" && properties === undefined) {
    throw new Refusal(500, "Must specify one of alias, fingerprint or properties for init from image");
  }
  const server = textField(source, "server");
  if (server !== "") {
    if (fingerprint === "" && alias === "") {
      throw new Refusal(500, "Property match is only supported for local images");
    }
    const pull = { server, image: fingerprint || alias, type };
    return { kind: "pull", pull, source };
  }
  if (fingerprint !== "") return { kind: "local", fingerprint };
  if (alias === "") return { kind: "local", fingerprint: byProperties(state, scope, properties ?? {}) };
  const target = state.store.aliases.get(scope, alias)?.target;
  // LXD looks the alias up before it answers; Incus leaves that to the operation.
  if (target === undefined && state.flavour === "lxd") throw new Refusal(404, "Image alias not found");
  return { kind: "local", fingerprint: target };
}

function byProperties(state: FakeState, scope: string, wanted: Config): string {
  const image = state.store.images
    .in(scope)
    .find(({ properties }) => Object.entries(wanted).every(([key, value]) => properties[key] === value));
  if (image === undefined) throw new Refusal(500, "No matching image could be found");
  return image.fingerprint;
}

async function create(
  state: FakeState,
  wanted: InstanceRequest,
  source: ImageSource,
  run: OperationRun,
): Promise<void> {
  const image = source.kind === "none" ? undefined : await loadImage(state, wanted, source, run, "creation");
  const instance = newInstance(state, wanted, image);
  addInstance(state, instance, wanted.caller);
  if (image !== undefined) await undoing(state, instance, () => unpack(state, image, run));
  // Real servers note it at the end: an instance that has it is complete.
  instance.config = sortedMap({ ...instance.config, "volatile.apply_template": "create" });
  instance.busy = undefined;
  if (wanted.start && state.flavour === "incus") await start(state, instance, wanted.caller);
}

async function unpack(state: FakeState, image: ImageRecord, run: OperationRun): Promise<void> {
  await showUnpacking(state, image.sizeBytes, run);
  requireSpace(state, () => `Failed creating instance from image: ${noSpaceForInstance}`);
}

/** The image of `source`, downloaded when it is elsewhere; `purpose` is how the servers call what it is for. */
export async function loadImage(
  state: FakeState,
  { type, project, caller }: Pick<InstanceRequest, "type" | "project" | "caller">,
  source: Exclude<ImageSource, { kind: "none" }>,
  run: OperationRun,
  purpose: "creation" | "rebuild",
): Promise<ImageRecord> {
  // Real servers do no work before the request is answered.
  await Promise.resolve();
  const image = await (source.kind === "pull"
    ? pullFrom(state, source.source, { ...source.pull, project, caller }, run)
    : source.fingerprint === undefined
      ? undefined
      : findImage(state, projectFor(state, project, "features.images"), source.fingerprint));
  if (image === undefined) throw new OperationFailure(`Image not provided for instance ${purpose}`);
  if (image.type !== type) {
    throw new OperationFailure(`Requested image's type "${image.type}" doesn't match instance type "${type}"`);
  }
  // The servers look for it among those of the instance's own project.
  if (image.project === project) image.lastUsedAt = wireTime(state.clock.now());
  return image;
}

async function pullFrom(
  state: FakeState,
  source: JsonObject,
  request: ImagePull,
  run: OperationRun,
): Promise<ImageRecord> {
  const protocol = textField(source, "protocol");
  if (protocol === "simplestreams") return pullImage(state, request, run);
  if (!["", "lxd", "incus"].includes(protocol)) throw new OperationFailure(`Unsupported protocol: ${protocol}`);
  const { caller, project, image } = request;
  const scope = projectFor(state, project, "features.images");
  const known = new Set(state.store.images.in(scope).map(({ fingerprint }) => fingerprint));
  const pulled = await pullFromServer(state, { ...serverPull(source, scope, caller), image }, run);
  if (known.has(pulled.fingerprint)) return pulled;
  state.store.images.put(pulled);
  tellNewImage(state, pulled, caller);
  return pulled;
}
