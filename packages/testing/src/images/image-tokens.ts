import { apiUrl } from "../core/api-url.ts";
import type { FakeState } from "../core/fake-state.ts";
import { randomHex } from "../core/random.ts";
import type { ApiReply, ApiRequest } from "../core/router.ts";
import { tellOfImage } from "./image-store.ts";
import type { RunningOperation } from "../operations/operation-store.ts";
import { projectOf } from "../projects/project-scope.ts";

const description = "Image download token";

/** An image as a token names it, which need not be there yet. */
export interface TokenImage {
  readonly project: string;
  readonly fingerprint: string;
}

/** The image among the resources of an operation, where LXD leaves the project out. */
export function imageResources(state: FakeState, { project, fingerprint }: TokenImage): { images: readonly string[] } {
  return { images: [apiUrl(state.flavour, ["images", fingerprint], state.flavour === "lxd" ? "default" : project)] };
}

/** Makes an operation that holds a secret for one image, and tells it. */
export function makeImageToken(
  request: ApiRequest,
  image: TokenImage,
  metadata: Readonly<Record<string, unknown>> = {},
): ApiReply {
  const { state } = request;
  const told = { ...image, project: projectOf(request) };
  const operation = state.operations.startToken({
    description,
    project: told.project,
    resources: imageResources(state, told),
    metadata: { ...metadata, secret: randomHex(state.random, 64) },
  });
  tellOfImage(request, told, "image-secret-created");
  return { kind: "operation", operation };
}

/** The token that holds a secret; one that is used up counts for as long as the server remembers it. */
export function findImageToken(state: FakeState, secret: string): RunningOperation | undefined {
  if (secret === "") return undefined;
  return state.operations.list().find((operation) => {
    const view = operation.view();
    return view.class === "token" && view.description === description && view.metadata["secret"] === secret;
  });
}

/**
 * Whether the secret that a request brings along opens an image. That uses its token up, also where no secret is needed;
 * it opens the image for as long as the server remembers it.
 */
export function useSecret(request: ApiRequest, { fingerprint }: TokenImage): boolean {
  const { state, query, caller } = request;
  const token = findImageToken(state, query.get("secret") ?? "");
  if (token === undefined || token.project !== projectOf(request)) return false;
  const { images = [] } = token.view().resources;
  if (!images.some((url) => url.includes(fingerprint))) return false;
  token.cancel(caller);
  return true;
}
