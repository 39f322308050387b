import { pause, type Sleep } from "../pause.ts";
import { ServerError } from "../server-error.ts";
import type { ServerHost } from "../server-host.ts";

const firstPauseMs = 50;
const longestPauseMs = 2_000;

/** Options of {@link waitForHttpsListener}. */
export interface WaitForHttpsListenerOptions {
  /** Milliseconds of pauses between readings, in all; 60,000 by default. */
  readonly timeoutMs?: number | undefined;
  /** Waits between readings; the timers of Node by default. */
  readonly sleep?: Sleep | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Waits until the server says that it listens for HTTPS on an IP address of its machine, whatever the port. It is read
 * again and again, quickly at first, then every two seconds. Gives the address with its port, for example
 * `10.0.0.1:8443`.
 *
 * @throws {ServerError} `LISTENER_NOT_REPORTED`, which names the addresses that the server says instead.
 */
export async function waitForHttpsListener(
  { client }: Pick<ServerHost, "client">,
  address: string,
  options: WaitForHttpsListenerOptions = {},
): Promise<string> {
  const { timeoutMs = 60_000, sleep, signal } = options;
  let leftMs = timeoutMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    const { environment } = (await client.getServer({ signal })).value;
    const reported = environment?.addresses ?? [];
    const found = reported.find((one) => withoutBrackets(one.replace(/:\d+$/, "")) === withoutBrackets(address));
    if (found !== undefined) return found;
    if (leftMs <= 0) throw notReported(address, reported, timeoutMs);
    const nextMs = Math.min(pauseMs, leftMs);
    await pause(nextMs, signal, sleep);
    leftMs -= nextMs;
  }
}

/** IPv6 addresses have brackets where a port follows. */
function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, "").toLowerCase();
}

function notReported(address: string, reported: readonly string[], timeoutMs: number): ServerError {
  const instead = reported.length === 0 ? "on no address" : `on ${reported.join(", ")}`;
  const text = `the server does not listen for HTTPS on ${address} after ${String(timeoutMs / 1000)} s, but ${instead}`;
  return new ServerError(text, {
    code: "LISTENER_NOT_REPORTED",
    hint: "Look at core.https_address in its configuration, and whether its machine has that address.",
  });
}
