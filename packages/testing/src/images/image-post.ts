import type { FakeState } from "../core/fake-state.ts";
import { sortedMap } from "../core/etag.ts";
import {
  flagField,
  type JsonObject,
  objectField,
  parseBody,
  textField,
  textListField,
  textMapField,
} from "../core/json-body.ts";
import { randomHex } from "../core/random.ts";
import type { ImageRecord } from "../core/records.ts";
import { OperationFailure, Refusal } from "../core/refusal.ts";
import type { ApiReply, ApiRequest, Caller } from "../core/router.ts";
import { requireSpaceForUpload } from "../faults/disk-space.ts";
import { unsetTime } from "../core/wire-time.ts";
import type { OperationRequest, OperationRun, RunningOperation } from "../operations/operation-store.ts";
import { projectFor, projectOf } from "../projects/project-scope.ts";
import { readImageFacts } from "./image-metadata.ts";
import { pullImage } from "./image-pull.ts";
import { publishOperation } from "./image-publish.ts";
import { withProfilesOfNew } from "./image-profiles.ts";
import { findImageToken, makeImageToken } from "./image-tokens.ts";
import { addNewImage, imageOf, sentSecret, storeUpload, tellNewImage, type TokenWish } from "./image-upload.ts";
import { addAliases, type WantedAlias, wantedAliases } from "./new-aliases.ts";
import { pullFromServer, type ServerPull } from "./server-pull.ts";
import { downloadFromUrl } from "./url-download.ts";

/** `POST /1.0/images`: a file, an image of another server, or an instance to make one of; `scope` is where it goes. */
export function addImages(request: ApiRequest, scope: string): ApiReply {
  const token = findImageToken(request.state, sentSecret(request));
  if (token !== undefined && token.project === projectOf(request)) return takePushed(request, token);
  if (!request.caller.isTrusted) throw new Refusal(403, "not authorized");
  const isJson = request.headers["content-type"] === "application/json";
  const wanted = isJson ? parseBody(request) : objectOf(request.bytes);
  if (wanted !== undefined && isPush(wanted)) return expectPush(request, scope, wanted);
  const operation = wanted === undefined ? uploadOperation(request, scope) : sourceOperation(request, scope, wanted);
  return { kind: "operation", operation: request.state.operations.start(operation) };
}

/** Clients say nothing of the type then. */
function isPush(body: JsonObject): boolean {
  return textField(objectField(body, "source"), "mode") === "push";
}

/** A token for whoever will send the image, with what is wanted of it. */
function expectPush(request: ApiRequest, scope: string, body: JsonObject): ApiReply {
  const fingerprint = textField(objectField(body, "source"), "fingerprint");
  return makeImageToken(
    request,
    { project: scope, fingerprint },
    {
      aliases: body["aliases"] ?? null,
      expires_at: textField(body, "expires_at") || unsetTime,
      properties: body["properties"] ?? null,
      public: flagField(body, "public"),
    },
  );
}

/** An upload for a token, which is used up; the sender may wait with another secret. */
function takePushed(request: ApiRequest, token: RunningOperation): ApiReply {
  const { state, caller } = request;
  const wish = token.view().metadata as unknown as TokenWish;
  const { project } = token;
  token.cancel(caller);
  const secret = randomHex(state.random, 64);
  const scope = projectFor(state, project, "features.images");
  const operation = state.operations.start({
    description: "Downloading image",
    project,
    metadata: { secret },
    work: async (run) => {
      await Promise.resolve();
      const update: OperationRun["update"] = (metadata, options) => run.update({ ...metadata, secret }, options);
      storeUpload(request, scope, { ...run, update }, wish);
    },
  });
  return { kind: "operation", operation };
}

/** The servers take whatever is JSON for a wish, and everything else, unless it is said to be JSON, for a file. */
function objectOf(bytes: Buffer): JsonObject | undefined {
  if (bytes[0] !== 0x7b) return undefined;
  try {
    return JSON.parse(bytes.toString()) as JsonObject;
  } catch {
    return undefined;
  }
}

function uploadOperation(request: ApiRequest, scope: string): OperationRequest {
  requireSpaceForUpload(request.state);
  return {
    description: "Downloading image",
    project: projectOf(request),
    work: async (run) => {
      await Promise.resolve();
      storeUpload(request, scope, run);
    },
  };
}

function sourceOperation(request: ApiRequest, scope: string, body: JsonObject): OperationRequest {
  // Both families hang up then, which every error but a refusal does.
  if ((body["source"] ?? undefined) === undefined) throw new Error("nil pointer dereference");
  switch (textField(objectField(body, "source"), "type")) {
    case "instance":
    case "container":
    case "virtual-machine":
    case "snapshot":
      return publishOperation(request, scope, body);
    case "image":
      return pullOperation(request, scope, body);
    case "url":
      return urlOperation(request, scope, body);
    default:
      throw new Refusal(500, "Invalid images JSON");
  }
}

/** An image behind a URL: the server asks there where its bytes are, and what their hash is. */
function urlOperation(request: ApiRequest, scope: string, body: JsonObject): OperationRequest {
  const { state, caller } = request;
  const url = textField(objectField(body, "source"), "url");
  return {
    description: "Downloading image",
    project: projectOf(request),
    work: async (run) => {
      await Promise.resolve();
      if (url === "") throw new OperationFailure("Missing URL");
      const found = await downloadFromUrl(state, url, run.signal);
      const facts = readImageFacts(found.bytes);
      const files = [{ part: "metadata", filename: "", bytes: found.bytes }] as const;
      const properties = { ...facts.properties, ...textMapField(body, "properties") };
      const image = imageOf(state, {
        project: scope,
        files,
        fingerprint: found.fingerprint,
        facts: { ...facts, properties },
        isPublic: flagField(body, "public"),
        profiles: ["default"],
      });
      const source = { alias: found.fingerprint, server: found.url, protocol: "direct" };
      const autoUpdate = flagField(body, "auto_update");
      addNewImage(state, { ...image, source, autoUpdate }, caller, run, {
        aliases: wantedAliases(body),
        asked: projectOf(request),
      });
    },
  };
}

/** Whoever asks for an image, rather than an instance of it, wants to keep it, under names of their own. */
function pullOperation(request: ApiRequest, scope: string, body: JsonObject): OperationRequest {
  const { state, caller } = request;
  const source = objectField(body, "source");
  const project = projectOf(request);
  const protocol = textField(source, "protocol");
  return {
    description: "Downloading image",
    project,
    work: async (run) => {
      await Promise.resolve();
      const type = textField(source, "image_type") === "virtual-machine" ? "virtual-machine" : "container";
      const image = textField(source, "fingerprint") || textField(source, "alias");
      const server = textField(source, "server");
      const isStream = protocol === "simplestreams";
      // LXD tells of an image that it has downloaded, and then once more.
      const isTwice = state.flavour === "lxd";
      const before = new Set(state.store.images.in(scope).map(({ fingerprint }) => fingerprint));
      const elsewhere = new Set(state.store.images.all().map(({ fingerprint }) => fingerprint));
      const pulled = isStream
        ? await pullImage(state, { server, image, type, project, caller, isQuiet: !isTwice }, run)
        : await pullFromServer(state, { ...serverPull(source, scope, caller), image }, run);
      const isKnown = before.has(pulled.fingerprint);
      const kept: ImageRecord = {
        ...pulled,
        project: scope,
        ...(isKnown ? {} : { cached: false, lastUsedAt: unsetTime }),
        // What another project has is noted as it is there.
        ...(elsewhere.has(pulled.fingerprint) ? {} : { autoUpdate: false }),
        ...wishes(state, pulled, body),
      };
      const { fingerprint } = kept;
      run.update({ fingerprint, size: String(kept.sizeBytes) });
      state.store.images.put(isKnown ? kept : withProfilesOfNew(state, kept, project));
      const wanted = wantedAliases(body);
      const names = wanted.length === 0 && isKnown ? ownAliases(state, kept) : wanted;
      addAliases(state, kept, names, { caller, asked: project });
      tellNewImage(state, { ...kept, project }, caller);
    },
  };
}

/** What a pulled image shall be; LXD leaves it as it is when nothing is asked for. */
function wishes({ flavour }: FakeState, { properties, profiles }: ImageRecord, body: JsonObject): Partial<ImageRecord> {
  const wish = { autoUpdate: flagField(body, "auto_update"), public: flagField(body, "public") };
  const filename = textField(body, "filename");
  const added = textMapField(body, "properties") ?? {};
  const isNothing = !wish.autoUpdate && !wish.public && filename === "" && Object.keys(added).length === 0;
  if (flavour === "lxd" && isNothing) return {};
  return {
    ...wish,
    filename,
    properties: sortedMap({ ...properties, ...added }),
    profiles: textListField(body, "profiles") ?? profiles,
  };
}

/** Incus 6.0.4 wants to give an image that is there, and shall have no new names, those that it has once more. */
function ownAliases({ flavour, store }: FakeState, { project, fingerprint }: ImageRecord): readonly WantedAlias[] {
  if (flavour === "lxd") return [];
  return store.aliases.in(project).filter(({ target }) => target === fingerprint);
}

/** What the source of a request says of an image on another server. */
export function serverPull(source: JsonObject, scope: string, caller: Caller): ServerPull {
  return {
    protocol: textField(source, "protocol"),
    server: textField(source, "server"),
    certificate: textField(source, "certificate"),
    image: textField(source, "fingerprint") || textField(source, "alias"),
    secret: textField(source, "secret"),
    sourceProject: textField(source, "project"),
    scope,
    caller,
  };
}
