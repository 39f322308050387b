import type { NetworkInterfaceInfo } from "node:os";
import type { CommandRunner } from "@lxdkit/protocol";

/** How this package reaches the host: all of it can be replaced, for tests and for hosts elsewhere. */
export interface HostAccess {
  readonly run: CommandRunner;
  /** Reads a text file; rejects as Node does. */
  readFile(path: string): Promise<string>;
  /** Replaces a file in one step: whoever reads it meanwhile sees the old text or the new one. */
  replaceFile(path: string, text: string): Promise<void>;
  exists(path: string): Promise<boolean>;
  /** The interfaces in the form of `os.networkInterfaces()`. */
  networkInterfaces(): Readonly<Record<string, NetworkInterfaceInfo[] | undefined>>;
  /** For `LXD_DIR`, `LXD_SOCKET`, `INCUS_DIR`, `INCUS_SOCKET`, and the proxies. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Path of the socket of snapd. */
  readonly snapdSocket: string;
  /** Path of the socket of the server; searched in the usual places when undefined. */
  readonly socketPath: string | undefined;
  /** As `process.platform`. */
  readonly platform: string;
  /** Waits some milliseconds; rejects with the reason of the signal. */
  sleep(ms: number, signal: AbortSignal | undefined): Promise<void>;
  /** A whole number from 0 up to, not including, the limit. */
  random(limit: number): number;
}
