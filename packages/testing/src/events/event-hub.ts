import type { WebSocket } from "ws";
import type { Clock } from "../core/clock.ts";
import { wireTime } from "../core/wire-time.ts";

/** What a listener of `GET /1.0/events` asked for. */
export interface EventSubscription {
  readonly types: ReadonlySet<string>;
  /** The project whose events it wants; undefined for those of all. */
  readonly project: string | undefined;
}

/** Hands events to all that listen. */
export interface EventHub {
  /**
   * Sends one message to every listener of its type and project; the project is the default one by default, and an empty
   * one stands for none.
   */
  publish(type: string, metadata: unknown, project?: string): void;
  /** The same hub for what another member of the cluster tells. */
  at(location: () => string): EventHub;
  /** Sends events to `socket` from `delayMs` on until it closes, with a ping at first and every ten seconds. */
  attach(socket: WebSocket, subscription: EventSubscription, delayMs: number): void;
  /** Cuts every connection without a close frame. */
  drop(): void;
}

const heartbeatMs = 10_000;

/** Makes an {@link EventHub}; `location` names the member of the cluster that tells. */
export function createEventHub(clock: Clock, location: () => string): EventHub {
  const sockets = new Set<WebSocket>();
  const listeners = new Map<WebSocket, EventSubscription>();
  const at = (where: () => string): EventHub => ({
    at,
    publish(type, metadata, project = "default") {
      if (listeners.size === 0) return;
      // Logging carries no project; the other two kinds do. Measured on both families.
      const isOfProject = type !== "logging" && project !== "";
      const message = JSON.stringify({
        type,
        timestamp: wireTime(clock.now()),
        metadata,
        location: where(),
        ...(isOfProject ? { project } : {}),
      });
      for (const [socket, wanted] of listeners) {
        const isWanted = !isOfProject || wanted.project === undefined || wanted.project === project;
        if (isWanted && wanted.types.has(type)) socket.send(message);
      }
    },
    attach(socket, subscription, delayMs) {
      sockets.add(socket);
      let cancel = (): void => undefined;
      const beat = (): void => {
        socket.ping("keepalive");
        cancel = clock.after(heartbeatMs, beat);
      };
      const begin = (): void => {
        listeners.set(socket, subscription);
        beat();
      };
      if (delayMs > 0) cancel = clock.after(delayMs, begin);
      else begin();
      socket.on("error", () => socket.terminate());
      socket.on("close", () => {
        cancel();
        listeners.delete(socket);
        sockets.delete(socket);
      });
    },
    drop() {
      for (const socket of sockets) socket.terminate();
    },
  });
  return at(location);
}
