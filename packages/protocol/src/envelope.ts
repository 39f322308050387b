import * as z from "zod";

/** The three kinds of JSON answer; every answer of the API but raw bodies is one of them. */
export interface Envelope {
  readonly type: "sync" | "async" | "error";
  readonly status: string;
  readonly status_code: number;
  /** Path of the operation, for `async` only. */
  readonly operation: string;
  readonly error_code: number;
  readonly error: string;
  readonly metadata: unknown;
}

/** Reads an {@link Envelope}; servers leave out keys that do not apply. */
export const envelopeSchema: z.ZodType<Envelope> = z.looseObject({
  type: z.enum(["sync", "async", "error"]),
  status: z.string().default(""),
  status_code: z.number().default(0),
  operation: z.string().default(""),
  error_code: z.number().default(0),
  error: z.string().default(""),
  metadata: z.unknown().default(null),
});
