import * as z from "zod";
import { amount, text } from "./wire.ts";

/** Something that the server wants the operator to know: `GET /1.0/warnings/{uuid}`. */
export interface Warning {
  readonly uuid: string;
  /** For example `AppArmor support has been disabled`. */
  readonly type: string;
  /** `low`, `moderate` or `high`. */
  readonly severity: string;
  /** `new`, `acknowledged` or `resolved`. */
  readonly status: string;
  /** How often it was seen. */
  readonly count: number;
  readonly first_seen_at: string;
  readonly last_seen_at: string;
  readonly last_message: string;
  /** URL of the object that it is about; may be empty. */
  readonly entity_url: string;
  /** Cluster member. */
  readonly location: string;
  readonly project: string;
}

/** Reads a {@link Warning}. */
export const warningSchema: z.ZodType<Warning> = z.looseObject({
  uuid: z.string(),
  type: text,
  severity: text,
  status: text,
  count: amount,
  first_seen_at: text,
  last_seen_at: text,
  last_message: text,
  entity_url: text,
  location: text,
  project: text,
});

/** Body of `PUT` and `PATCH /1.0/warnings/{uuid}`. */
export interface WarningPut {
  readonly status: "new" | "acknowledged";
}
