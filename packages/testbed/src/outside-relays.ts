import { type Relay, type RelayAddress, startRelay } from "../libexec/relay.mjs";
import type { BedLayout } from "./bed-layout.ts";

/** The relays of a bed that run in the process that opened it. */
export interface OutsideRelays {
  /** The port on which every member's address answers. */
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Makes the members' HTTPS addresses answer outside of the bed: listens on 127.0.0.1, .2 and .3 at one port that is
 * free on all of them, and connects callers to the members' socket files.
 */
export async function startOutsideRelays(layout: BedLayout): Promise<OutsideRelays> {
  for (let attempt = 1; ; attempt += 1) {
    const relays: Relay[] = [];
    try {
      for (const { host, httpsSocket } of layout.members) {
        relays.push(await startRelay({ host, port: relays[0]?.port ?? 0 }, { path: httpsSocket }));
      }
      return { port: relays[0]?.port ?? 0, close: () => closeAll(relays) };
    } catch (error) {
      await closeAll(relays);
      const isTaken = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
      if (!isTaken || attempt === 20) throw error;
    }
  }
}

/** Makes the simplestreams host, which listens in this process, reachable through a socket file of the bed. */
export function startStreamsRelay(layout: BedLayout, port: number): Promise<Relay> {
  const to: RelayAddress = { host: "127.0.0.1", port };
  return startRelay({ path: layout.streamsSocket }, to);
}

async function closeAll(relays: readonly Relay[]): Promise<void> {
  await Promise.all(relays.map((relay) => relay.close()));
}
