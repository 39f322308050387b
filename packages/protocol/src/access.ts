import * as z from "zod";
import { listOf, text } from "./wire.ts";

/** Who may use an instance or a project. */
export interface AccessEntry {
  /** Fingerprint of a certificate, or the name of a user. */
  readonly identifier: string;
  readonly role: string;
  /** What knows the identifier, for example `tls`. */
  readonly provider: string;
}

/** Reads `GET /1.0/instances/{name}/access` and `GET /1.0/projects/{name}/access` (extensions `instance_access`, `project_access`). */
export const accessSchema: z.ZodType<readonly AccessEntry[]> = listOf(
  z.looseObject({ identifier: z.string(), role: text, provider: text }),
);
