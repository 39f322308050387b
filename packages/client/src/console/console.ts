import type { InstanceConsolePost } from "@lxdkit/protocol";
import type { CallOptions } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import type { OperationHandle } from "../operation-handle.ts";
import { type ConsoleSession, openConsole, type OpenConsoleOptions, startConsole } from "./open-console.ts";
import { openVga, type OpenVgaOptions, type VgaConsole } from "./open-vga.ts";

/** Consoles of instances: `POST /1.0/instances/{name}/console` and what follows it. */
export interface ConsoleApi {
  /** `POST /1.0/instances/{name}/console` as it is. The caller opens the web sockets. */
  start(name: string, body: InstanceConsolePost, options?: CallOptions): Promise<OperationHandle>;
  /**
   * Opens the text console. Only one caller can have it: without `force` Incus refuses with `SERVER_ERROR`, while LXD
   * 5.0 opens it, says in the output that attaching failed, and ends it.
   *
   * @throws {SessionError} `INSTANCE_NOT_RUNNING`, `CONSOLE_CONNECTION_LOST`.
   */
  open(name: string, options?: OpenConsoleOptions): Promise<ConsoleSession>;
  /** Opens the graphical console of a virtual machine; `BAD_REQUEST` for a container. */
  openVga(name: string, options?: OpenVgaOptions): Promise<VgaConsole>;
}

/** Makes the calls that open consoles. */
export function consoleApi(context: ClientContext): ConsoleApi {
  return {
    start: (name, body, options = {}) => startConsole(context, name, body, options),
    open: (name, options = {}) => openConsole(context, name, options),
    openVga: (name, options = {}) => openVga(context, name, options),
  };
}
