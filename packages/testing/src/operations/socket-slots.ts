import type { WebSocket } from "ws";
import type { Clock } from "../core/clock.ts";
import { type Random, randomHex } from "../core/random.ts";
import { OperationFailure } from "../core/refusal.ts";
import type { ConnectSocket } from "./operation-store.ts";

const heartbeatMs = 10_000;
const defaultPatience = { ms: 5000, text: "Timed out waiting for websockets to connect" };

/** The websockets of one operation, each with a secret of its own. */
export interface SocketSlots<Name extends string> {
  /** Secrets by name, as the metadata of the operation tells them. */
  readonly secrets: Readonly<Record<Name, string>>;
  readonly connect: ConnectSocket;
  /** Waits for those that the operation cannot begin without; fails when they do not come in time. */
  wait(required: readonly Name[]): Promise<void>;
  /** The socket of that name; undefined until somebody connects it. */
  get(name: Name): WebSocket | undefined;
  /** Cuts all of them without a close frame, as the servers do. */
  cut(): void;
}

/** Makes the slots; `connected` is told of each socket in the moment that it is there, so that nothing of it is lost. */
export function createSocketSlots<Name extends string>(parts: {
  readonly names: readonly Name[];
  readonly clock: Clock;
  readonly random: Random;
  connected(name: Name, socket: WebSocket): void;
  /** How long to wait for them, and the text of the failure when they do not come; five seconds by default. */
  readonly patience?: { readonly ms: number; readonly text: string };
}): SocketSlots<Name> {
  const { names, clock, random, patience = defaultPatience } = parts;
  const secrets = Object.fromEntries(names.map((name) => [name, randomHex(random, 64)])) as Record<Name, string>;
  const sockets = new Map<Name, WebSocket>();
  const unanswered = new Set<WebSocket>();
  let check = (): void => undefined;

  const take = (name: Name, socket: WebSocket): void => {
    let cancel = (): void => undefined;
    const beat = (): void => {
      unanswered.add(socket);
      socket.ping("keepalive");
      cancel = clock.after(heartbeatMs, beat);
    };
    socket.on("error", () => socket.terminate());
    socket.on("pong", () => unanswered.delete(socket));
    socket.on("close", () => cancel());
    sockets.set(name, socket);
    beat();
    parts.connected(name, socket);
    check();
  };

  return {
    secrets,
    connect(secret) {
      const name = names.find((each) => secrets[each] === secret);
      return name === undefined ? undefined : (socket) => take(name, socket);
    },
    async wait(required) {
      await new Promise<void>((resolve, reject) => {
        const cancel = clock.after(patience.ms, () => reject(new OperationFailure(patience.text)));
        check = () => {
          if (!required.every((name) => sockets.has(name))) return;
          cancel();
          resolve();
        };
        check();
      });
    },
    get: (name) => sockets.get(name),
    cut() {
      for (const socket of sockets.values()) {
        if (!unanswered.has(socket)) socket.terminate();
        else {
          // A client that cannot answer a ping any more reads nothing of what came behind it.
          socket.once("pong", () => socket.terminate());
          clock.after(patience.ms, () => socket.terminate());
        }
      }
    },
  };
}
