import type { FakeState } from "../core/fake-state.ts";
import { wireTime } from "../core/wire-time.ts";
import { resolveWarnings, warn } from "../warnings/warn.ts";
import { allMembers, isOnline, replaceMember } from "./members.ts";

/** A member of the cluster that a fake plays. */
export interface FakeMember {
  readonly name: string;
  /** Where it answers as this member; nothing is there while it is offline. */
  readonly httpsUrl: string;
  readonly isOnline: boolean;
}

/** The members of the cluster that a fake plays. */
export function fakeMembers(state: FakeState): readonly FakeMember[] {
  return allMembers(state).map((member) => ({
    name: member.name,
    httpsUrl: `https://${member.address}`,
    isOnline: isOnline(member),
  }));
}

const silent = "Offline cluster member";

/** Takes a member offline, or brings it back. */
export async function setOnline(state: FakeState, name: string, online: boolean): Promise<void> {
  const [first, ...others] = allMembers(state);
  const member = others.find((one) => one.name === name);
  if (member === undefined) {
    const why =
      first?.name === name ? "is the fake itself: close or restart it instead" : "is no member of its cluster";
    throw new RangeError(`${name} ${why}`);
  }
  // A cluster notices a silence when it has lasted for some time.
  const seconds = Number(state.store.config["cluster.offline_threshold"] ?? 20);
  const lastHeartbeat = online ? undefined : wireTime(state.clock.now() - seconds * 1000);
  replaceMember(state, member, { ...member, lastHeartbeat });
  await state.updateMembers();
  const { address } = member;
  const refused = `Put "https://${address}/internal/database": dial tcp ${address}: connect: connection refused`;
  if (online) resolveWarnings(state, ({ type, lastMessage }) => type === silent && lastMessage.includes(address));
  else warn(state, { type: silent, lastMessage: `Failed to send heartbeat request: ${refused}` });
}
