/** What is wrong with a call on purpose. */
export type Flaw =
  | "unknown object"
  | "taken name"
  | "bad JSON"
  | "wrong type"
  | "bad config"
  | "missing reference"
  | "wrong If-Match"
  | "wrong method"
  | "wrong project";

/**
 * One request of a sequence, as plain data.
 *
 * Path, body and headers may hold words that the performing side fills in: `{bridge}` (its bridge), `{Prefix}` (`X-LXD-`
 * or `X-Incus-`), `{tiny}` (fingerprint of its image), `{warning}` (its first warning), and what earlier answers told: `{operation}` (the last
 * operation), `{fingerprint}` (the last image that an operation made), `{secret}` (of the last operation), `{output}`
 * (the file name of the last output of a command).
 */
export interface Call {
  readonly method: string;
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, instead of a body. */
  readonly text?: string;
  /** Bytes in base64, sent instead of a body. */
  readonly base64?: string;
  /** Sends the last archive of a backup that an answer was. */
  readonly sends?: "archive";
  readonly headers?: Readonly<Record<string, string>>;
  /** Sends as `If-Match` what the last answer for the same path had as its ETag. */
  readonly ifMatch?: "seen";
  /** Milliseconds after which a missing answer counts as none; for what servers never answer. */
  readonly timeoutMs?: number;
  readonly flaw?: Flaw;
}

/** Calls that work on the same objects. */
export interface Sequence {
  /** For example `profiles-17`. */
  readonly name: string;
  readonly calls: readonly Call[];
}
