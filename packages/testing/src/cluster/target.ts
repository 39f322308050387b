import type { ApiRequest } from "../core/router.ts";
import { requireMember } from "./members.ts";

/** Refuses a `target` that is no member; a server that is alone knows none. */
export function checkTarget({ state, query }: ApiRequest): void {
  const target = query.get("target") ?? "";
  // One that is alone calls itself so.
  if (target !== "" && target !== state.location) requireMember(state, target);
}
