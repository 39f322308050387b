import {
  type LifecycleEvent,
  lifecycleEventSchema,
  type LoggingEvent,
  loggingEventSchema,
  type Operation,
  operationSchema,
  type ServerEvent,
  serverEventSchema,
} from "@lxdkit/protocol";
import { ProtocolError } from "../protocol-error.ts";

/** What every event of a server carries. */
export interface WatchedEventBase {
  /** RFC 3339. */
  readonly timestamp: string;
  /** Cluster member. */
  readonly location?: string | undefined;
  readonly project?: string | undefined;
}

/** What a watch gives: an event of the server by its type, or a notice that some were missed. */
export type WatchedEvent =
  | (WatchedEventBase & { readonly type: "operation"; readonly metadata: Operation })
  | (WatchedEventBase & { readonly type: "lifecycle"; readonly metadata: LifecycleEvent })
  | (WatchedEventBase & { readonly type: "logging"; readonly metadata: LoggingEvent })
  /** An event of a type that this package does not know. */
  | (WatchedEventBase & { readonly type: "other"; readonly event: ServerEvent })
  | ResyncNotice;

/** The connection broke and is there again: what happened between is unknown, so read again what you follow. */
export interface ResyncNotice {
  readonly type: "resync";
  /** When the connection was lost, by the clock of this program; RFC 3339. */
  readonly lostAt: string;
}

/**
 * Reads a message of an events socket.
 *
 * @throws {ProtocolError} `BAD_METADATA` for one that is no event.
 */
export function readEvent(text: string): WatchedEvent {
  const result = serverEventSchema.safeParse(parse(text));
  if (!result.success) throw new ProtocolError("GET /1.0/events", result.error);
  const event = result.data;
  const { timestamp, location, project } = event;
  const base = { timestamp, location, project };
  switch (event.type) {
    case "operation": {
      const metadata = operationSchema.safeParse(event.metadata);
      if (metadata.success) return { ...base, type: "operation", metadata: metadata.data };
      break;
    }
    case "lifecycle": {
      const metadata = lifecycleEventSchema.safeParse(event.metadata);
      if (metadata.success) return { ...base, type: "lifecycle", metadata: metadata.data };
      break;
    }
    case "logging": {
      const metadata = loggingEventSchema.safeParse(event.metadata);
      if (metadata.success) return { ...base, type: "logging", metadata: metadata.data };
      break;
    }
    default:
  }
  // A shape that is not known is still an event, and the caller's to judge.
  return { ...base, type: "other", event };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
