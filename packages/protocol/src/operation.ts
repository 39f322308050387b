import * as z from "zod";
import { listOf, mapOf } from "./wire.ts";

/** A background operation: `GET /1.0/operations/{id}`. Forgotten by the server five seconds after its end. */
export interface Operation {
  readonly id: string;
  readonly class: string;
  readonly description: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly status: string;
  readonly status_code: number;
  /** Kind of object to the URLs of the objects that it works on. */
  readonly resources: Readonly<Record<string, readonly string[]>>;
  /** Results and progress texts; their keys depend on the operation. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly may_cancel: boolean;
  /** The server's text of what went wrong; empty unless it failed. */
  readonly err: string;
  readonly location: string;
}

/** Reads an {@link Operation}. */
export const operationSchema: z.ZodType<Operation> = z.looseObject({
  id: z.string(),
  class: z.string(),
  description: z.string().default(""),
  created_at: z.string().default(""),
  updated_at: z.string().default(""),
  status: z.string(),
  status_code: z.number(),
  resources: mapOf(listOf(z.string())),
  metadata: mapOf(z.unknown()),
  may_cancel: z.boolean().default(false),
  err: z.string().default(""),
  location: z.string().default(""),
});
