import type { FakeState } from "../core/fake-state.ts";
import { serverScope } from "../core/store.ts";

/** The server as another member of its cluster: what is started and told there says so. */
export function stateOn(state: FakeState, member: string): FakeState {
  if (state.location === member) return state;
  const location = (): string => member;
  const events = state.events.at(location);
  const own: Pick<FakeState, "name" | "location" | "events" | "operations" | "httpsAddresses"> = {
    name: member,
    location: member,
    events,
    operations: state.operations.at(location, events),
    httpsAddresses: () => {
      const address = state.store.members.get(serverScope, member)?.address;
      return address === undefined ? [] : [address];
    },
  };
  return Object.create(state, Object.getOwnPropertyDescriptors(own)) as FakeState;
}
