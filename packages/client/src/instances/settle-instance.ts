import { setTimeout as pause } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { type Instance, type InstancePut, instanceSchema, type InstanceStatePut } from "@lxdkit/protocol";
import { isNotFound } from "@lxdkit/transport";
import { read } from "../call.ts";
import type { CallOptions } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import type { Settle } from "../operation-handle.ts";

/** How long a restarted server may take to start what ran before. */
const maxTries = 60;
const retryMs = 500;

/**
 * For the creation of an instance. Servers note at the end of it which templates the first start has to apply; an
 * instance without that note that never ran was cut short.
 */
export function settleInstanceCreation(context: ClientContext, name: string, options: CallOptions): Settle {
  return async (signal) => {
    // The server chose the name, and only the operation could tell it.
    if (name === "") return undefined;
    const instance = await find(context, name, options, signal);
    if (instance === undefined) return false;
    return instance.status !== "Stopped" || instance.config["volatile.apply_template"] !== undefined;
  };
}

/**
 * For a change of an instance's state; a restart leaves no trace of its own. A server that restarts also starts what
 * ran before by its notes, and for a moment an instance is stopped that is not to stay so: that moment is waited out.
 */
export function settleState(
  context: ClientContext,
  name: string,
  { action }: InstanceStatePut,
  options: CallOptions,
): Settle {
  const wanted = statusesAfter[action];
  return async (signal) => {
    if (wanted === undefined) return undefined;
    for (let tries = 0; tries < maxTries; tries += 1) {
      const instance = await find(context, name, options, signal);
      if (instance === undefined) return false;
      if (!isAboutToStart(instance)) return wanted.includes(instance.status);
      await pause(retryMs, undefined, { signal }).catch(() => {
        signal?.throwIfAborted();
      });
    }
    return undefined;
  };
}

function isAboutToStart({ status, config, expanded_config }: Instance): boolean {
  const mayStart = expanded_config["boot.autostart"] !== "false";
  return status === "Stopped" && config["volatile.last_state.power"] === "RUNNING" && mayStart;
}

const statusesAfter: Readonly<Record<string, readonly string[]>> = {
  start: ["Running", "Ready"],
  stop: ["Stopped"],
  freeze: ["Frozen"],
  unfreeze: ["Running", "Ready"],
};

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

async function find(
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
