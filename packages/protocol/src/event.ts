import * as z from "zod";
import { mapOf, text } from "./wire.ts";

/** One message of `GET /1.0/events`. */
export interface ServerEvent {
  /** `operation`, `lifecycle` or `logging`; newer servers have more. */
  readonly type: string;
  readonly timestamp: string;
  /** An operation, a lifecycle record or a log record, by `type`. */
  readonly metadata: unknown;
  /** Cluster member. */
  readonly location?: string | undefined;
  readonly project?: string | undefined;
}

/** Reads a {@link ServerEvent}. */
export const serverEventSchema: z.ZodType<ServerEvent> = z.looseObject({
  type: z.string(),
  timestamp: z.string(),
  metadata: z.unknown().default(null),
  location: z.string().optional(),
  project: z.string().optional(),
});

/** Who caused an event. */
export interface EventRequestor {
  readonly username: string;
  /** `unix`, `tls`, `oidc` or `cluster`. */
  readonly protocol: string;
  /** Network address of the caller; `@` or empty on a unix socket. */
  readonly address: string;
}

/** What happened to an object: the metadata of an event of type `lifecycle`. */
export interface LifecycleEvent {
  /** For example `instance-started`. */
  readonly action: string;
  /** URL of the object, for example `/1.0/instances/c1?project=web`. */
  readonly source: string;
  /** Details, by action. */
  readonly context?: Readonly<Record<string, unknown>> | null | undefined;
  readonly requestor?: EventRequestor | null | undefined;
  /** Name of the object. Extension `event_lifecycle_name_and_project`. */
  readonly name?: string | undefined;
  /** Project of the object. Extension `event_lifecycle_name_and_project`. */
  readonly project?: string | undefined;
}

/** Reads a {@link LifecycleEvent}. */
export const lifecycleEventSchema: z.ZodType<LifecycleEvent> = z.looseObject({
  action: z.string(),
  source: z.string(),
  context: z.record(z.string(), z.unknown()).nullish(),
  requestor: z.looseObject({ username: text, protocol: text, address: text }).nullish(),
  name: z.string().optional(),
  project: z.string().optional(),
});

/** A line of the server's log: the metadata of an event of type `logging`. */
export interface LoggingEvent {
  readonly message: string;
  /** `debug` (`dbug` on some servers), `info`, `warning` (`warn`) or `error`. */
  readonly level: string;
  readonly context: Readonly<Record<string, unknown>>;
}

/** Reads a {@link LoggingEvent}. */
export const loggingEventSchema: z.ZodType<LoggingEvent> = z.looseObject({
  message: z.string(),
  level: text,
  context: mapOf(z.unknown()),
});
