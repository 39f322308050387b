import type { Flavour } from "@lxdkit/protocol";
import type { Server } from "@lxdkit/server";
import { openTestbed, type Testbed } from "@lxdkit/testbed";
import { openAt } from "./preseed.test-support.ts";

/** Two servers that nobody has initialised: one for us, the other for the server's own program. */
export interface FreshPair extends AsyncDisposable {
  readonly ours: Testbed;
  readonly theirs: Testbed;
  /** Ours, open. */
  readonly server: Server;
  /** Theirs, open. */
  readonly other: Server;
}

/** Starts both. */
export async function openFreshPair(flavour: Flavour): Promise<FreshPair> {
  const open = (): Promise<Testbed> => openTestbed({ flavour, initialised: false });
  const [ours, theirs] = await Promise.all([open(), open()]);
  const [server, other] = await Promise.all([openAt(ours.socketPath), openAt(theirs.socketPath)]);
  return {
    ours,
    theirs,
    server,
    other,
    async [Symbol.asyncDispose]() {
      await Promise.all([server.close(), other.close()]);
      await Promise.all([ours.close(), theirs.close()]);
    },
  };
}
