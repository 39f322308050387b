import { isDeepStrictEqual } from "node:util";
import {
  hasExtension,
  type Instance,
  type InstancePut,
  instanceSchema,
  type InstancesPost,
  type Operation,
  readTime,
} from "@lxdkit/protocol";
import { isNotFound } from "@lxdkit/transport";
import { read } from "../call.ts";
import type { CallOptions } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import type { Settle } from "../operation-handle.ts";

/** Which templates the first start has to apply: servers note it at the end of a creation. */
const madeMark = "volatile.apply_template";
/** Whether it ran when it was last seen: noted by its first start. */
const ranMark = "volatile.last_state.power";

/** For the creation of an instance: one that has neither mark was cut short. */
export function settleInstanceCreation(
  context: ClientContext,
  { name, source, config = {}, start = false }: InstancesPost,
  options: CallOptions,
): Settle {
  // Who sends marks along, or brings an instance up to date that has them from before, cannot go by them.
  const areMarksSure = config[madeMark] === undefined && config[ranMark] === undefined && source.refresh !== true;
  return async (signal, operation) => {
    // The server chose the name, and only the operation could tell it.
    if (name === "") return undefined;
    const instance = await find(context, name, options, signal);
    if (instance === undefined) return false;
    if (!areMarksSure) return undefined;
    if (isOlder(instance, operation)) return false;
    if (instance.config[ranMark] !== undefined || instance.status === "Running") return true;
    if (instance.config[madeMark] === undefined) return source.type === "migration" ? undefined : false;
    // Older servers do not start what they make.
    return !start || !hasExtension(await context.info(signal), "instance_create_start");
  };
}

/** Says whether an instance was there before the operation began that should have made it. */
function isOlder(instance: Instance, operation: Operation | undefined): boolean {
  const [made, begun] = [readTime(instance.created_at), readTime(operation?.created_at)];
  return made !== undefined && begun !== undefined && made < begun;
}

/**
 * For the replacement of an instance's configuration: made when the instance has what the body says. The server's own
 * `volatile.*` keys change by themselves, so they are left out.
 */
export function settleInstanceUpdate(
  context: ClientContext,
  name: string,
  { config, devices, ephemeral, profiles, description, restore }: InstancePut,
  options: CallOptions,
): Settle {
  return async (signal) => {
    if (restore !== undefined) return undefined;
    const instance = await find(context, name, options, signal);
    if (instance === undefined) return false;
    // A field that the body left out became what it is by itself.
    const wanted = { devices, ephemeral, profiles, description };
    const isSame = Object.entries(wanted).every(
      ([field, value]) => value === undefined || isDeepStrictEqual(instance[field as keyof typeof wanted], value),
    );
    return isSame && (config === undefined || isDeepStrictEqual(lasting(instance.config), lasting(config)));
  };
}

function lasting(config: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  // An empty value removes a key.
  return Object.fromEntries(
    Object.entries(config).filter(([key, value]) => !key.startsWith("volatile.") && value !== ""),
  );
}

/** Reads an instance; undefined when it is not there. */
export async function find(
  context: ClientContext,
  name: string,
  { project }: CallOptions,
  signal: AbortSignal | undefined,
): Promise<Instance | undefined> {
  return unlessNotFound(
    read(context, "GET /1.0/instances/{name}", { path: { name }, project, signal }, instanceSchema),
  );
}

async function unlessNotFound<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
