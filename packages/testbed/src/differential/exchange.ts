import type { Call } from "./call.ts";

/** An answer as it came. */
export interface Reply {
  /** 0 when there was none in time. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed when it is JSON, else the text. */
  readonly body: unknown;
}

/** A call with what came of it. */
export interface Exchange {
  readonly call: Call;
  readonly reply: Reply;
  /** What those are told who wait for the operation that the call began, and the operation after that. */
  readonly end?: { readonly wait: Reply; readonly operation: Reply };
}

/** An event as it came. */
export interface HeardEvent {
  readonly type: string;
  readonly timestamp: string;
  readonly project?: string;
  readonly location?: string;
  readonly metadata: unknown;
}

/** All that one side did with one sequence. */
export interface Trace {
  readonly sequence: string;
  readonly exchanges: readonly Exchange[];
  /** In the order in which they happened. */
  readonly events: readonly HeardEvent[];
  /** Reads of everything after the last call. */
  readonly after: readonly Exchange[];
}
