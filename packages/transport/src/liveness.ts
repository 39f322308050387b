import type { WebSocket } from "ws";
import { limitIdle } from "./idle-limit.ts";

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
  const silence = limitIdle(silenceMs, () => {
    onSilence(`the other side was silent for ${String(silenceMs)} ms`);
  });
  let isPaused = false;
  const onSign = (): void => {
    if (!isPaused) silence.touch();
  };
  for (const sign of ["message", "ping", "pong"] as const) socket.on(sign, onSign);
  onSign();
  const pings = setInterval(() => {
    if (socket.readyState === socket.OPEN) socket.ping("keepalive");
  }, pingMs).unref();
  return {
    pause() {
      isPaused = true;
      silence.rest();
    },
    resume() {
      isPaused = false;
      silence.touch();
    },
    stop() {
      silence.stop();
      clearInterval(pings);
    },
  };
}
