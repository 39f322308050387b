import { LxdkitError } from "@lxdkit/protocol";
import type { z } from "zod";

/** The server answered with a shape that the API does not have. Code `BAD_METADATA`. */
export class ProtocolError extends LxdkitError {
  override readonly name: string = "ProtocolError";

  constructor(request: string, cause: z.ZodError) {
    // Paths and kinds only: values may be secrets.
    const issues = cause.issues.slice(0, 3).map((issue) => `${issue.path.join(".") || "metadata"}: ${issue.code}`);
    super(`the answer to ${request} has an unexpected shape (${issues.join("; ")})`, { code: "BAD_METADATA", request });
  }
}
