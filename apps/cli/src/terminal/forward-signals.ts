import { LxdkitError } from "@lxdkit/protocol";

const forwarded = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const;

/** Signals to this program, on their way to a command. */
export interface ForwardedSignals {
  /** Aborted by a signal that comes before the command runs, and by the third Ctrl-C. */
  readonly signal: AbortSignal;
  /** From now on signals go to the command. */
  forwardTo(command: { sendSignal(signal: (typeof forwarded)[number]): Promise<void> }): void;
  /** Leaves the signals to whoever had them before. */
  stop(): void;
}

/** How often Ctrl-C must be pressed until a command that ignores it is killed. */
const patience = 3;

/** Takes over the signals to this program until it is stopped. */
export function forwardSignals(): ForwardedSignals {
  const controller = new AbortController();
  let command: Parameters<ForwardedSignals["forwardTo"]>[0] | undefined;
  let interrupts = 0;
  const onSignal = (name: (typeof forwarded)[number]): void => {
    if (name === "SIGINT") interrupts += 1;
    if (command === undefined || interrupts >= patience) {
      controller.abort(new LxdkitError("interrupted", { code: "INTERRUPTED" }));
      return;
    }
    // A command that has just ended needs no signal any more.
    command.sendSignal(name).catch(() => undefined);
  };
  for (const name of forwarded) process.on(name, onSignal);
  return {
    signal: controller.signal,
    forwardTo(running) {
      command = running;
    },
    stop() {
      for (const name of forwarded) process.off(name, onSignal);
    },
  };
}
