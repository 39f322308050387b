import * as z from "zod";

/** One message of `GET /1.0/events`. */
export interface ServerEvent {
  readonly type: string;
  readonly timestamp: string;
  /** An operation, a lifecycle record or a log record, by `type`. */
  readonly metadata: unknown;
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

/** What happened to an object: the metadata of an event of type `lifecycle`. */
export interface LifecycleEvent {
  /** For example `instance-started`. */
  readonly action: string;
  /** URL of the object, for example `/1.0/instances/c1?project=web`. */
  readonly source: string;
}

/** Reads a {@link LifecycleEvent}. */
export const lifecycleEventSchema: z.ZodType<LifecycleEvent> = z.looseObject({
  action: z.string(),
  source: z.string(),
});
