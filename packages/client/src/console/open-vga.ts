import type { Readable, Writable } from "node:stream";
import type { CallOptions } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import type { OperationHandle } from "../operation-handle.ts";
import { openChannel } from "../session/byte-channel.ts";
import { openControl } from "../session/session-control.ts";
import { sessionSecrets } from "../session/session-secrets.ts";
import { startConsole } from "./open-console.ts";

/** Options of {@link ConsoleApi.openVga}. */
export interface OpenVgaOptions extends CallOptions {
  /** Take the console away from another caller. Incus only; elsewhere it has no effect. */
  readonly force?: boolean | undefined;
}

/** One connection of a SPICE client. */
export interface VgaChannel {
  /** Bytes to the machine. */
  readonly input: Writable;
  /** Bytes from the machine. */
  readonly output: Readable;
  /** Resolves when the connection is gone. */
  readonly closed: Promise<void>;
  close(): void;
}

/** The graphical console of a virtual machine. It carries the SPICE protocol, which this package does not speak. */
export interface VgaConsole extends AsyncDisposable {
  readonly operation: OperationHandle;
  /** Opens one more connection; a SPICE client makes one for each of its channels. */
  openChannel(options?: { readonly signal?: AbortSignal | undefined }): Promise<VgaChannel>;
  /** Leaves the console, and resolves when its control socket is gone. */
  close(): Promise<void>;
}

/** Opens the graphical console. See {@link ConsoleApi.openVga}. */
export async function openVga(context: ClientContext, name: string, options: OpenVgaOptions): Promise<VgaConsole> {
  const { force, signal } = options;
  const body = { type: "vga" as const, ...(force === undefined ? {} : { force }) };
  const operation = await startConsole(context, name, body, options);
  const { id, secrets } = sessionSecrets(operation, "POST /1.0/instances/{name}/console", ["0", "control"]);
  const control = await openControl(`the console of ${name}`, (onClose) =>
    context.operations.openSocket(id, { secret: secrets["control"] ?? "", signal }, { onClose }),
  );
  const close = async (): Promise<void> => {
    control.close();
    await control.closed;
  };
  return {
    operation,
    async openChannel(more = {}) {
      const address = { secret: secrets["0"] ?? "", signal: more.signal };
      const open = (socket: Parameters<typeof context.operations.openSocket>[2]) =>
        context.operations.openSocket(id, address, socket);
      const channel = await openChannel(open, { tellsEnd: false });
      return {
        input: channel.input,
        output: channel.output,
        closed: channel.closed.then(() => undefined),
        close() {
          channel.close();
        },
      };
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
