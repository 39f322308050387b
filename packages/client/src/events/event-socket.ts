import type { WebSocketEnd, WebSocketHandle } from "@lxdkit/transport";
import { type CallInput, openSocket } from "../call.ts";
import type { ClientContext } from "../client-context.ts";

/** How long the server's first ping is waited for; real servers send it at once. */
const pingMs = 1_000;

/** What an events socket tells. */
export interface EventSocketListener {
  onMessage(text: string): void;
  onClose(end: WebSocketEnd): void;
}

/**
 * Opens an events socket, and resolves when the server listens: LXD pings once it does, a moment after it has accepted
 * the socket, and events of that moment are lost.
 */
export async function openEventSocket(
  context: ClientContext,
  input: CallInput<"GET /1.0/events">,
  listener: EventSocketListener,
): Promise<WebSocketHandle> {
  let listens: () => void = () => undefined;
  const listening = new Promise<void>((resolve) => (listens = resolve));
  const socket = await openSocket(context, "GET /1.0/events", input, {
    onMessage: listener.onMessage,
    onPing: listens,
    onClose(end) {
      listens();
      listener.onClose(end);
    },
  });
  const timer = setTimeout(listens, pingMs);
  await listening;
  clearTimeout(timer);
  return socket;
}
