import { type Lifecycle, tell } from "../events/lifecycle-event.ts";
import type { ApiRequest, Caller } from "../core/router.ts";
import { allMembers } from "./members.ts";

/** What members name as the caller when another member told them what to do. */
const nobody: Caller = { protocol: "", username: "", address: "", isTrusted: true, certificate: undefined };

/** Lets the other members tell what they do along with the one that was asked. */
export function tellOnOthers({ state }: ApiRequest, event: Omit<Lifecycle, "caller">): void {
  const others = allMembers(state).filter(({ name }) => name !== state.location);
  for (const { name } of others) tell(state.on(name), { ...event, caller: nobody });
}
