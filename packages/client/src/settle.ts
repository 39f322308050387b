import { isNotFound } from "@lxdkit/transport";
import * as z from "zod";
import { type CallInput, read } from "./call.ts";
import type { ClientContext } from "./client-context.ts";
import type { Settle } from "./operation-handle.ts";
import type { Route } from "./route.ts";

/** For the deletion of an object: it was made when the object is not there. */
export function settleDeletion<R extends Route>(context: ClientContext, item: R, input: CallInput<R>): Settle {
  return async (signal) => !(await exists(context, item, input, signal));
}

/**
 * For the creation of an object that has no mark of being complete: without the object it was not made; one that is
 * there may have been cut short.
 */
export function settleCreation<R extends Route>(context: ClientContext, item: R, input: CallInput<R>): Settle {
  return async (signal) => ((await exists(context, item, input, signal)) ? undefined : false);
}

/** For a new name: made when the object has it and no longer the old one. */
export function settleRename<R extends Route>(
  context: ClientContext,
  item: R,
  from: CallInput<R>,
  to: CallInput<R>,
): Settle {
  const isGone = settleDeletion(context, item, from);
  const isThere = settleCreation(context, item, to);
  return async (signal) => {
    if ((await isGone(signal)) !== true) return false;
    // Under neither name: somebody has removed it since.
    return (await isThere(signal)) === false ? undefined : true;
  };
}

async function exists<R extends Route>(
  context: ClientContext,
  item: R,
  input: CallInput<R>,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    await read(context, item, { ...input, signal }, z.unknown());
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}
