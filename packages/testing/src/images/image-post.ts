import { flagField, type JsonObject, objectField, parseBody, textField } from "../core/json-body.ts";
import { OperationFailure, Refusal } from "../core/refusal.ts";
import type { ApiReply, ApiRequest } from "../core/router.ts";
import { requireSpaceForUpload } from "../faults/disk-space.ts";
import type { OperationRequest } from "../operations/operation-store.ts";
import { projectOf } from "../projects/project-scope.ts";
import { pullImage } from "./image-pull.ts";
import { publishOperation } from "./image-publish.ts";
import { tellOfImage } from "./image-store.ts";
import { storeUpload } from "./image-upload.ts";

/** `POST /1.0/images`: a file, an image of another server, or an instance to make one of; `scope` is where it goes. */
export function addImages(request: ApiRequest, scope: string): ApiReply {
  const isJson = request.headers["content-type"] === "application/json";
  const wanted = isJson ? parseBody(request) : objectOf(request.bytes);
  const operation = wanted === undefined ? uploadOperation(request, scope) : sourceOperation(request, scope, wanted);
  return { kind: "operation", operation: request.state.operations.start(operation) };
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
  switch (textField(objectField(body, "source"), "type")) {
    case "instance":
    case "container":
    case "virtual-machine":
      return publishOperation(request, scope, body);
    case "image":
      return pullOperation(request, scope, body);
    default:
      throw new Refusal(500, "Invalid images JSON");
  }
}

function pullOperation(request: ApiRequest, scope: string, body: JsonObject): OperationRequest {
  const { state, caller } = request;
  const source = objectField(body, "source");
  const server = textField(source, "server");
  const project = projectOf(request);
  return {
    description: "Downloading image",
    project,
    work: async (run) => {
      await Promise.resolve();
      if (textField(source, "protocol") !== "simplestreams") {
        const title = state.flavour === "lxd" ? "LXD server" : "the server";
        throw new OperationFailure(`Failed to connect to ${title} "${server}"`);
      }
      const type = textField(source, "image_type") === "virtual-machine" ? "virtual-machine" : "container";
      const image = textField(source, "fingerprint") || textField(source, "alias");
      const pulled = await pullImage(state, { server, image, type, project, caller }, run);
      // Whoever asks for an image, rather than an instance of it, wants to keep it.
      const kept = {
        ...pulled,
        cached: false,
        autoUpdate: flagField(body, "auto_update"),
        public: flagField(body, "public"),
      };
      state.store.images.put({ ...kept, project: scope });
      // LXD tells of it a second time.
      if (state.flavour === "lxd")
        tellOfImage(request, { ...kept, project: scope }, "image-created", { type: kept.type });
      run.update({ fingerprint: kept.fingerprint, size: String(kept.sizeBytes) });
    },
  };
}
