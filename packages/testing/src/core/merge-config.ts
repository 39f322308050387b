import { type JsonObject, textMapField } from "./json-body.ts";
import type { Config } from "./records.ts";

/**
 * The configuration that a `PATCH` makes of the one that is kept. Where the body has none and there is something to
 * keep, the servers hang up for some kinds of objects, as every error but a refusal does.
 */
export function mergedConfig(kept: Config, body: JsonObject): Config {
  const sent = textMapField(body, "config");
  if (sent === undefined && Object.keys(kept).length > 0) throw new Error("assignment to entry in nil map");
  return { ...kept, ...sent };
}
