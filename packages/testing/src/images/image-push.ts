import { type Flavour, headerPrefix, type Operation } from "@lxdkit/protocol";
import { randomHex } from "../core/random.ts";
import { type JsonObject, parseBody } from "../core/json-body.ts";
import type { ImageRecord } from "../core/records.ts";
import { OperationFailure, Refusal } from "../core/refusal.ts";
import type { ApiReply, ApiRequest } from "../core/router.ts";
import { apiUrl } from "../core/api-url.ts";
import { tell } from "../events/lifecycle-event.ts";
import { writeMultipart } from "./multipart.ts";
import { connectToServer, type RemoteBody, type RemoteServer } from "./remote-server.ts";

/** `POST /1.0/images/{fingerprint}/export`: an operation that sends the image to a server which has a token for it. */
export async function pushImage(request: ApiRequest, image: ImageRecord): Promise<ApiReply> {
  const { state, caller, signal } = request;
  const { target, project, secret, certificate } = readWish(request);
  const server = await connect(request, target, certificate);
  const operation = state.operations.start({
    description: "Downloading image",
    project: image.project,
    work: async () => {
      await Promise.resolve();
      const query = project === "" ? "" : `?project=${encodeURIComponent(project)}`;
      const sent = bodyOf(request, image, secret);
      await upload(server, query, sent, state.flavour);
      const source = apiUrl(state.flavour, ["images", image.fingerprint], image.project);
      tell(state, { action: "image-retrieved", source, project: image.project, context: { target }, caller });
    },
  });
  signal.throwIfAborted();
  return { kind: "operation", operation };
}

interface PushWish {
  readonly target: string;
  readonly project: string;
  readonly secret: string;
  readonly certificate: string;
}

/** The servers ignore it when they cannot read a field, or all of it. */
function readWish(request: ApiRequest): PushWish {
  const body = bodyOrNothing(request);
  const text = (key: string): string => (typeof body[key] === "string" ? body[key] : "");
  return {
    target: text("target"),
    project: text("project"),
    secret: text("secret"),
    certificate: text("certificate"),
  };
}

function bodyOrNothing(request: ApiRequest): JsonObject {
  try {
    return parseBody(request);
  } catch (error) {
    if (error instanceof Refusal) return {};
    throw error;
  }
}

/** Whether the other server is there is found out before the answer. */
async function connect({ state }: ApiRequest, target: string, certificate: string): Promise<RemoteServer> {
  try {
    return await connectToServer(state, target, certificate);
  } catch (error) {
    throw error instanceof OperationFailure ? new Refusal(500, error.message) : error;
  }
}

function bodyOf({ state }: ApiRequest, { fingerprint, files = [] }: ImageRecord, secret: string): RemoteBody {
  const prefix = headerPrefix(state.flavour);
  const own = {
    [`${prefix}secret`]: secret,
    [`${prefix}filename`]: fingerprint,
    [`${prefix}fingerprint`]: fingerprint,
  };
  const sent = files.map(({ part, filename, content }) => ({
    name: part,
    filename: filename || fingerprint,
    bytes: Buffer.from(content, "base64"),
  }));
  const [first, second] = sent;
  if (first === undefined || second === undefined) {
    const headers = { ...own, "Content-Type": "application/octet-stream" };
    return { bytes: first?.bytes ?? Buffer.alloc(0), headers };
  }
  const boundary = randomHex(state.random, 60);
  const headers = { ...own, "Content-Type": `multipart/form-data; boundary=${boundary}` };
  return { bytes: writeMultipart(sent, boundary), headers };
}

/** Sends the bytes and waits until the other server has made an image of them. */
async function upload(server: RemoteServer, query: string, body: RemoteBody, flavour: Flavour): Promise<void> {
  const { metadata } = await server.send("POST", `/1.0/images${query}`, body);
  const { id, metadata: held } = metadata as Operation;
  const secret = encodeURIComponent((held as { readonly secret?: string } | null)?.secret ?? "");
  const end = await server.send("GET", `/1.0/operations/${id}/wait?secret=${secret}`);
  const { err, status } = end.metadata as Operation;
  if (err !== "") throw new OperationFailure(flavour === "lxd" ? `Failed operation "${status}": "${err}"` : err);
}
