import { setMaxListeners } from "node:events";

/** Hears the abort of a signal that many may listen to at the same time; the result ends that. */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  // Node takes more than ten listeners for a leak; these go with what they belong to.
  if (signal instanceof EventTarget) setMaxListeners(0, signal);
  signal.addEventListener("abort", listener, { once: true });
  return () => {
    signal.removeEventListener("abort", listener);
  };
}
