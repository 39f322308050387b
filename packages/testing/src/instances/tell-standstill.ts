import type { FakeState } from "../core/fake-state.ts";
import type { InstanceRecord } from "../core/records.ts";
import type { Caller } from "../core/router.ts";
import { tellInstance } from "../events/lifecycle-event.ts";

/** Tells that a container that runs stands still for a moment, as it does while its folder is copied. */
export function tellStandstill(state: FakeState, instance: InstanceRecord, caller: Caller | undefined): void {
  if (instance.power === undefined || instance.frozen) return;
  tellInstance(state, instance, "instance-paused", { caller });
  tellInstance(state, instance, "instance-resumed", { caller });
}
