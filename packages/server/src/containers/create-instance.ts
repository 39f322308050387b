import { type InstanceSource, type InstancesPost, kernelArchitecture } from "@lxdkit/protocol";
import { openInstanceSource } from "../images/pull-source.ts";
import type { OnProgress } from "../progress.ts";
import type { ServerHost } from "../server-host.ts";
import { subscribe } from "../subscribe.ts";
import type { ContainerSpec } from "./container-spec.ts";
import { attemptMark, type CreationAttempt } from "./creation-attempt.ts";
import { operationInstances } from "./operation-instances.ts";

/** Asks the server for a new instance and waits until it is there, stopped. `POST /1.0/instances`. */
export async function createInstance(
  host: ServerHost,
  spec: ContainerSpec,
  attempt: CreationAttempt,
  { signal, onProgress }: { readonly signal?: AbortSignal | undefined; readonly onProgress?: OnProgress | undefined },
): Promise<void> {
  const { client } = host;
  await using from = await openInstanceSource(host, spec.image, signal);
  await subscribe(client, signal);
  // Not given the signal: a request that was sent may take effect, so its answer is always waited for.
  const handle = await client.instances.create(newInstance(spec, attempt, from.source), { target: spec.target });
  attempt.operation = handle.operation;
  attempt.name ||= (handle.operation && operationInstances(handle.operation)[0]) ?? "";
  let detail: unknown;
  await handle.wait({
    signal,
    onUpdate({ metadata }) {
      if (typeof metadata.download_progress !== "string" || metadata.download_progress === detail) return;
      detail = metadata.download_progress;
      onProgress?.({ step: "downloading", container: attempt.name, detail: metadata.download_progress });
    },
  });
}

/** The body of the request. */
function newInstance(spec: ContainerSpec, attempt: CreationAttempt, source: InstanceSource): InstancesPost {
  const { image, type = image.type ?? "container", config, devices, profiles, ephemeral, description } = spec;
  const { architecture, instanceType } = spec;
  return {
    name: attempt.name,
    type,
    source,
    config: { ...config, ...attemptMark(attempt) },
    ...(architecture === undefined ? {} : { architecture: kernelArchitecture(architecture) }),
    ...(instanceType === undefined ? {} : { instance_type: instanceType }),
    ...(devices === undefined ? {} : { devices }),
    ...(profiles === undefined ? {} : { profiles }),
    ...(ephemeral === undefined ? {} : { ephemeral }),
    ...(description === undefined ? {} : { description }),
  };
}
