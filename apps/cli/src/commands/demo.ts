/** Shows the main job. */
export async function demo(signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
}
