import { cleanConfig } from "../core/config-rules.ts";
import { objectField, parseBody, textField } from "../core/json-body.ts";
import type { Config, ImageRecord } from "../core/records.ts";
import { OperationFailure, Refusal } from "../core/refusal.ts";
import type { ApiReply, ApiRequest } from "../core/router.ts";
import { hasProject, projectOf } from "../projects/project-scope.ts";
import { showUnpacking } from "./add-instance.ts";
import { type ImageSource, loadImage, readImageSource } from "./instance-create.ts";
import { instanceResources } from "./instance-url.ts";
import { imageConfig } from "./new-instance.ts";
import { snapshotsOf } from "./snapshots/snapshot-store.ts";

/** `POST /1.0/instances/{name}/rebuild`: gives a stopped instance the files of an image, or none. */
export function rebuildInstance(request: ApiRequest): ApiReply {
  const { state, params, caller } = request;
  const project = projectOf(request);
  if (!hasProject(state, project)) throw new Refusal(404, "Failed loading project: Project not found");
  const body = parseBody(request);
  const instance = state.store.instances.get(project, params["name"] ?? "");
  if (instance === undefined) throw new Refusal(404, "Failed loading instance: Instance not found");
  if (instance.power !== undefined) throw new Refusal(400, "Instance must be stopped to be rebuilt");
  const options = objectField(body, "source");
  const source: ImageSource =
    textField(options, "type") === "none" ? { kind: "none" } : readImageSource(state, project, options, instance.type);
  const operation = state.operations.start({
    description: "Rebuilding instance",
    project,
    resources: instanceResources(state, instance),
    work: async (run) => {
      await Promise.resolve();
      const image =
        source.kind === "none"
          ? undefined
          : await loadImage(state, { type: instance.type, project, caller }, source, run, "rebuild");
      if (snapshotsOf(state, instance).length > 0) {
        const verb = image === undefined ? "rebuilding as an empty instance" : "rebuilding instance from image";
        throw new OperationFailure(`Failed ${verb}: Cannot remove an instance volume that has snapshots`);
      }
      if (image !== undefined) await showUnpacking(state, image.sizeBytes, run);
      const { contents: _, ...rest } = instance;
      const config = rebuiltConfig(instance.config, image);
      state.store.instances.put({ ...rest, bootable: image !== undefined, config });
    },
  });
  return { kind: "operation", operation };
}

/** What belongs to the old files goes, what belongs to the new ones comes. */
function rebuiltConfig(config: Config, image: ImageRecord | undefined): Config {
  const lost = ["volatile.base_image", "volatile.idmap.next", "volatile.last_state.idmap"];
  const kept = Object.entries(config).filter(([key]) => !key.startsWith("image.") && !lost.includes(key));
  // Templates that wait already are still applied as they were to be.
  return cleanConfig({ "volatile.apply_template": "create", ...Object.fromEntries(kept), ...imageConfig(image) });
}
