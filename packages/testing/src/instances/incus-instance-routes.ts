import { Refusal } from "../core/refusal.ts";
import type { ApiReply, ApiRequest, Route } from "../core/router.ts";
import { rebuildInstance } from "./instance-rebuild.ts";
import { requireInstance } from "./instance-route.ts";

const path = "/1.0/instances/{name}";

/** What only Incus has below an instance. */
export const incusInstanceRoutes: readonly Route[] = [
  { pattern: `${path}/rebuild`, only: "incus", methods: { POST: rebuildInstance } },
  { pattern: `${path}/debug/memory`, only: "incus", methods: { GET: dumpMemory } },
];

function dumpMemory(request: ApiRequest): ApiReply {
  const { type, power } = requireInstance(request);
  if (type === "container") throw new Refusal(400, "Memory dumps are only supported for virtual machines");
  throw new Refusal(400, power === undefined ? "Instance is not running" : "QEMU is not available");
}
