import type { ServerOptions } from "../connect.ts";

/** What the definition of a command gets from the program around it. */
export interface CommandContext {
  /** The signal that ends the work; asked for only once a command runs. */
  signal(): AbortSignal;
  /** The options by which every command finds its server. */
  server(): ServerOptions;
}
