import type { CallInput } from "./call.ts";
import type { ClientContext } from "./client-context.ts";
import type { Settle } from "./operation-handle.ts";
import type { Route } from "./route.ts";
import { settleCreation, settleDeletion } from "./settle.ts";

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
