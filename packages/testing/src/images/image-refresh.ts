import { apiUrl } from "../core/api-url.ts";
import type { ImageRecord } from "../core/records.ts";
import { OperationFailure } from "../core/refusal.ts";
import type { ApiReply, ApiRequest } from "../core/router.ts";
import { tellRequest } from "../events/lifecycle-event.ts";
import type { OperationRun } from "../operations/operation-store.ts";
import { projectOf } from "../projects/project-scope.ts";
import { pullImage } from "./image-pull.ts";
import { pullFromServer } from "./server-pull.ts";

/** `POST /1.0/images/{fingerprint}/refresh`: an operation that puts a newer image in the place of this one. */
export function refreshImage(request: ApiRequest, image: ImageRecord): ApiReply {
  const { state, params } = request;
  const project = projectOf(request);
  const operation = state.operations.start({
    description: "Refreshing image",
    project,
    work: async (run) => {
      await Promise.resolve();
      if (image.source === undefined) {
        const about = `Failed to update image "${params["fingerprint"] ?? ""}" in project "${project}"`;
        throw new OperationFailure(`${about}: Image source not found`);
      }
      const newer = await findNewer(request, image, image.source, run);
      if (newer.fingerprint === image.fingerprint) return run.update({ refreshed: false });
      replace(request, image, newer);
      run.update({ refreshed: true });
    },
  });
  return { kind: "operation", operation };
}

/** The image that its source has under its alias now; the store gets it unless it has it. */
async function findNewer(
  { state, caller }: ApiRequest,
  { project, type }: ImageRecord,
  { server, alias, protocol = "simplestreams", certificate = "" }: NonNullable<ImageRecord["source"]>,
  run: OperationRun,
): Promise<ImageRecord> {
  if (protocol === "simplestreams") {
    return pullImage(state, { server, image: alias, type, project, caller, isQuiet: true }, run);
  }
  const place = { protocol, server, certificate, image: alias, secret: "", sourceProject: "", scope: project };
  return pullFromServer(state, { ...place, caller }, run);
}

/** The newer image gets the names of the older one, which goes. */
function replace(request: ApiRequest, older: ImageRecord, newer: ImageRecord): void {
  const { images, aliases } = request.state.store;
  const { project, cached, lastUsedAt } = older;
  // It is not refreshed by itself any more, whatever the older one was.
  images.put({ ...newer, cached, lastUsedAt, public: older.public, autoUpdate: false });
  for (const alias of aliases.in(project)) {
    if (alias.target === older.fingerprint) aliases.put({ ...alias, target: newer.fingerprint });
  }
  images.delete(older);
  const source = apiUrl(request.state.flavour, ["images", older.fingerprint], project);
  tellRequest(request, { action: "image-refreshed", source, project });
  // Incus tells of the older one as if it were new.
  if (request.state.flavour === "lxd") return;
  tellRequest(request, { action: "image-created", source, project, context: { type: older.type } });
}
