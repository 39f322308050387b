import type { Server } from "node:https";
import type { FakeState } from "../core/fake-state.ts";
import { createHttpsListener, type HttpsListener } from "../core/https-listener.ts";
import { allMembers, isOnline, replaceMember } from "./members.ts";

/** The HTTPS sides of the members behind the first one, which has the fake's own. */
export interface MemberListeners {
  /** Listens for each member that is online, and no more for those that are not or that are gone. */
  update(): Promise<void>;
  /** Shows a new certificate. */
  renew(): Promise<void>;
  close(): Promise<void>;
}

/** Makes {@link MemberListeners}; `serve` gives a server the handlers of one member. */
export function createMemberListeners(
  state: FakeState,
  serve: (server: Server, member: () => FakeState) => void,
): MemberListeners {
  const listeners = new Map<string, HttpsListener>();

  /** Members are told apart by their address: they may be renamed. */
  const memberAt = (address: string): FakeState =>
    state.on(allMembers(state).find((member) => member.address === address)?.name ?? state.name);

  async function listen(wanted: string): Promise<string> {
    let address = wanted;
    const listener = createHttpsListener({
      certificate: state.certificate,
      serve: (server) => serve(server, () => memberAt(address)),
    });
    address = await listener.listen(wanted);
    listeners.set(address, listener);
    return address;
  }

  return {
    async update() {
      const others = allMembers(state).slice(1).filter(isOnline);
      const kept = new Set(others.map(({ address }) => address));
      const gone = [...listeners].filter(([address]) => !kept.has(address));
      for (const [address] of gone) listeners.delete(address);
      await Promise.all(gone.map(([, listener]) => listener.close()));
      for (const member of others) {
        if (listeners.has(member.address)) continue;
        const address = await listen(member.address);
        if (address !== member.address) replaceMember(state, member, { ...member, address });
      }
    },
    async renew() {
      await Promise.all([...listeners.values()].map((listener) => listener.renew()));
    },
    async close() {
      await Promise.all([...listeners.values()].map((listener) => listener.close()));
    },
  };
}
