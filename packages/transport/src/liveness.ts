import type { WebSocket } from "ws";

const defaultSilenceMs = 35_000;
/** Load balancers and proxies end what is quiet; servers ping every ten seconds, and so do we. */
const pingMs = 10_000;

/** Watches over an open socket. */
export interface Liveness {
  /** While nobody reads, silence says nothing. */
  pause(): void;
  resume(): void;
  stop(): void;
}

/** Pings the other side, and tells when it gives no sign of life: a server that hangs closes nothing. */
export function watchLiveness(
  socket: WebSocket,
  silenceMs: number = defaultSilenceMs,
  onSilence: (text: string) => void,
): Liveness {
  let isPaused = false;
  const silence = silenceMs > 0 ? setTimeout(told, silenceMs).unref() : undefined;
  function told(): void {
    if (isPaused) silence?.refresh();
    else onSilence(`the other side was silent for ${String(silenceMs)} ms`);
  }
  const refresh = (): void => void silence?.refresh();
  for (const sign of ["message", "ping", "pong"] as const) socket.on(sign, refresh);
  const pings = setInterval(() => {
    if (socket.readyState === socket.OPEN) socket.ping("keepalive");
  }, pingMs).unref();
  return {
    pause() {
      isPaused = true;
    },
    resume() {
      isPaused = false;
      refresh();
    },
    stop() {
      clearTimeout(silence);
      clearInterval(pings);
    },
  };
}
