import { channel } from "node:diagnostics_channel";
import type { Operation } from "@lxdkit/protocol";

/** Message of the channel `lxdkit:operation:update`: an event told a state of an operation. */
export interface OperationUpdateMessage {
  /** Socket path or URL of the server. */
  readonly address: string;
  /** Without its metadata, in which secrets are. */
  readonly operation: Omit<Operation, "metadata">;
}

const updated = channel("lxdkit:operation:update");

/** Tells whoever listens on the channel of `node:diagnostics_channel`. */
export function reportUpdate(address: string, operation: Operation): void {
  if (!updated.hasSubscribers) return;
  const { metadata: _secret, ...rest } = operation;
  updated.publish({ address, operation: rest } satisfies OperationUpdateMessage);
}
