import { LxdkitError } from "@lxdkit/protocol";

/** The error for options that make no sense together, or whose value does not. */
export function badArgument(message: string, hint?: string): LxdkitError {
  return new LxdkitError(message, { code: "BAD_ARGUMENT", hint });
}
