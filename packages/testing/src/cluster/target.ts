import { Refusal } from "../core/refusal.ts";
import type { ApiRequest } from "../core/router.ts";

/** Refuses a `target`: a server that is alone knows no members. */
export function checkTarget({ query }: ApiRequest): void {
  if ((query.get("target") ?? "") !== "") throw new Refusal(404, "Cluster member not found");
}
