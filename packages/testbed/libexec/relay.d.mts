/** Where a relay listens or connects: a TCP address, or the path of a socket file. */
export type RelayAddress = { readonly host: string; readonly port: number } | { readonly path: string };

/** A running relay. */
export interface Relay {
  /** The TCP port it listens on; 0 for a socket file. */
  readonly port: number;
  /** Ends the relay and its connections. */
  close(): Promise<void>;
}

/** Listens at `from` and connects every caller to `to`. Rejects with Node's own error when it cannot listen. */
export function startRelay(from: RelayAddress, to: RelayAddress): Promise<Relay>;
