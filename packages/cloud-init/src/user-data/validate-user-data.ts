import { buildUserData } from "./build-user-data.ts";

/** Options of {@link validateUserData}. */
export interface ValidateOptions {
  /** What errors call the text, for example the name of its file. */
  readonly name?: string | undefined;
  /** Bytes; 1 MiB by default. */
  readonly sizeLimit?: number | undefined;
}

/**
 * Checks user data that is sent as it is: its first line, and for `#cloud-config` the YAML and the keys that this
 * package knows.
 *
 * @throws {CloudInitDataError} `USER_DATA_INVALID`, `CLOUD_CONFIG_INVALID`, `CLOUD_INIT_DATA_TOO_LARGE`.
 */
export function validateUserData(text: string, { name = "user data", sizeLimit }: ValidateOptions = {}): void {
  buildUserData({ documents: [{ name, text }] }, { sizeLimit });
}
