import { isDeepStrictEqual } from "node:util";
import { type Instance, kernelArchitecture, LxdkitError } from "@lxdkit/protocol";
import { isNotFound } from "@lxdkit/transport";
import { ServerError } from "../server-error.ts";
import type { ServerHost } from "../server-host.ts";
import { waitForStatus } from "../waiting/wait-status.ts";
import { isRunning } from "../waiting/wait-within.ts";
import type { ContainerSpec } from "./container-spec.ts";
import { findOperation, untilOver } from "./find-operation.ts";
import type { AdoptedOrigin } from "./running-container.ts";
import { startContainer } from "./start-container.ts";

/** As long as Juju waits for a container that an earlier attempt began. */
const patienceMs = 300_000;

/** Who makes a container starts it at once: one that is still stopped after so long was given up. */
const givenUpMs = 5_000;

/**
 * Takes an instance that is there for the one that a spec asks for: waits until it is complete and runs. It may be
 * what an earlier attempt made whose answer was lost, or what somebody else is making for the same purpose. Undefined
 * when it went meanwhile.
 *
 * @throws {ServerError} `NAME_TAKEN` when it is another one than the spec asks for; `CONTAINER_NOT_STARTED`.
 */
export async function adoptContainer(
  { client, poller }: Pick<ServerHost, "client" | "poller">,
  spec: ContainerSpec,
  found: Instance,
  { signal }: { readonly signal?: AbortSignal | undefined },
): Promise<AdoptedOrigin | undefined> {
  const { name } = found;
  const others = differences(spec, found);
  if (others.length > 0) throw nameTaken(name, { others });
  const timeout = AbortSignal.timeout(patienceMs);
  const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  try {
    const operation = await findOperation(client, name);
    const isWhole = operation === undefined && (spec.start === false || isRunning(found));
    if (operation !== undefined) {
      await untilOver(client, operation, either);
      either.throwIfAborted();
    }
    if (spec.start === false) await client.instances.get(name, { signal: either });
    else await waitForStatus(poller, name, "Running", { timeoutMs: givenUpMs, signal: either });
    return isWhole ? "adopted" : "finished";
  } catch (error) {
    signal?.throwIfAborted();
    if (timeout.aborted) throw nameTaken(name, { others: ["it is not ready after five minutes"] });
    const code = LxdkitError.is(error) ? error.code : "";
    if (isNotFound(error) || code === "CONTAINER_NOT_FOUND") return undefined;
    if (code !== "STATUS_TIMEOUT") throw error;
    await startContainer(client, name, { signal });
    return "finished";
  }
}

/** The error for a name that is taken. */
export function nameTaken(
  name: string,
  { others = [], cause }: { readonly others?: readonly string[]; readonly cause?: unknown } = {},
): ServerError {
  const how = others.length === 0 ? "" : `, which is not the one asked for (${others.join(", ")})`;
  return new ServerError(`there is already an instance named ${name}${how}`, {
    code: "NAME_TAKEN",
    cause,
    step: `create ${name}`,
    hint: "Choose another name, or delete that instance first. It was not touched.",
  });
}

/** In what an instance is not what a spec asks for. What the spec does not speak of, servers' own keys too, may be. */
function differences(spec: ContainerSpec, instance: Instance): string[] {
  const { image, type = image.type ?? "container", profiles = ["default"], ephemeral = false } = spec;
  const { config = {}, devices = {}, architecture = instance.architecture } = spec;
  const { description = instance.description } = spec;
  const base = instance.config["volatile.base_image"] ?? "";
  // An alias of an image server may lead the server to another version than us.
  const isOtherImage = image.source === undefined && base !== "" && base !== image.fingerprint;
  const fields = {
    type: type !== instance.type,
    architecture: kernelArchitecture(architecture) !== instance.architecture,
    image: isOtherImage,
    profiles: !isDeepStrictEqual([...profiles], [...instance.profiles]),
    ephemeral: ephemeral !== instance.ephemeral,
    description: description !== instance.description,
  };
  return [
    ...Object.entries(fields).flatMap(([field, isOther]) => (isOther ? [field] : [])),
    ...Object.entries(config).flatMap(([key, value]) => ((instance.config[key] ?? "") === value ? [] : [key])),
    ...Object.entries(devices).flatMap(([key, device]) =>
      isDeepStrictEqual({ ...instance.devices[key] }, { ...device }) ? [] : [`device ${key}`],
    ),
  ];
}
