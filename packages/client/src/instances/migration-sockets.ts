import { type Flavour, flavourOf, type MigrationSecrets, migrationSecretsSchema } from "@lxdkit/protocol";
import type { Connection, OpenWebSocketOptions, WebSocketHandle } from "@lxdkit/transport";
import type { Client } from "../client.ts";
import type { OperationHandle } from "../operation-handle.ts";
import { metadataOf } from "../operation-result.ts";
import { type SocketLane, socketLane } from "../socket-lane.ts";

/** One side of a migration: an operation that waits for its web sockets. */
export interface MigrationSide {
  readonly connection: Connection;
  readonly flavour: Flavour;
  readonly id: string;
  readonly secrets: MigrationSecrets;
}

/** The side that an operation is, which was begun with `migration`, or with `mode` `push` on the target. */
export async function migrationSide(
  client: Client,
  { operation }: OperationHandle,
  signal: AbortSignal | undefined,
): Promise<MigrationSide> {
  const secrets = metadataOf(operation, "the start of a migration", migrationSecretsSchema);
  const flavour = flavourOf(await client.info({ signal }));
  return { connection: client.connection, flavour, id: operation?.id ?? "", secrets };
}

/**
 * Ends a side that nobody connects to: it would wait for 10 s on LXD and 30 s on Incus, and the target holds the name of
 * its instance meanwhile. All its sockets are opened, and closed at once.
 *
 * @param isUntouched nobody can have connected. Unless that is sure, a side on LXD is left alone: LXD 5.0 dies when a
 *   socket of a migration is opened a second time, where Incus refuses.
 */
export async function hangUp(side: MigrationSide, isUntouched: boolean): Promise<void> {
  if (side.flavour === "lxd" && !isUntouched) return;
  const opened = await Promise.allSettled(
    Object.keys(side.secrets).map((name) => open(side, name, { onClose: () => undefined })),
  );
  for (const socket of opened) {
    // One that cannot be opened belongs to an operation that has ended, or is connected.
    if (socket.status === "fulfilled") socket.value.close();
  }
}

/** An open relay. */
export interface MigrationRelay {
  /** Closes all sockets, by which the servers' operations end. */
  close(): void;
}

/**
 * Connects the sockets of two servers through this process. Names of sockets that only one of them has are left to it.
 *
 * @param onPassed called with the bytes that were passed on, both ways together.
 */
export async function relayMigration(
  source: MigrationSide,
  target: MigrationSide,
  options: { readonly signal: AbortSignal | undefined; readonly onPassed: (bytes: number) => void },
): Promise<MigrationRelay> {
  const names = Object.keys(source.secrets).filter((name) => target.secrets[name] !== undefined);
  const sockets = names.flatMap((name) => connect(source, target, name, options));
  const close = (): void => {
    for (const socket of sockets) {
      void socket.then(
        (handle) => {
          handle.close();
        },
        () => undefined,
      );
    }
  };
  try {
    await Promise.all(sockets);
  } catch (error) {
    close();
    throw error;
  }
  return { close };
}

function connect(
  source: MigrationSide,
  target: MigrationSide,
  name: string,
  { signal, onPassed }: { readonly signal: AbortSignal | undefined; readonly onPassed: (bytes: number) => void },
): readonly Promise<WebSocketHandle>[] {
  const openFor = (side: MigrationSide, lane: () => SocketLane): Promise<WebSocketHandle> =>
    open(side, name, {
      signal,
      onData: (bytes) => {
        lane().pass(bytes);
      },
      onMessage: (text) => {
        lane().pass(text);
      },
      onClose: () => {
        lane().end();
      },
    });
  const atSource = openFor(source, () => toTarget);
  const atTarget = openFor(target, () => toSource);
  const toTarget = socketLane(atSource, atTarget, onPassed);
  const toSource = socketLane(atTarget, atSource, onPassed);
  return [atSource, atTarget];
}

function open(side: MigrationSide, name: string, options: OpenWebSocketOptions): Promise<WebSocketHandle> {
  const query = { secret: side.secrets[name] };
  // What a server only sends on, it does not read: no sign of life comes from there.
  return side.connection.openWebSocket(`/1.0/operations/${side.id}/websocket`, { ...options, query, silenceMs: 0 });
}
