import { LxdkitError } from "@lxdkit/protocol";

/** What this package throws; the README lists its codes. */
export class ManagerError extends LxdkitError {
  override readonly name: string = "ManagerError";
}

/** The message of anything that was thrown. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
