/** One request that shall fail. */
export interface RequestFault {
  /** For example `POST`; any method by default. */
  readonly method?: string;
  /** The path without query, or a pattern for it; any path by default. */
  readonly path?: string | RegExp;
  /** HTTP status of the answer. */
  readonly status: number;
  /** Text of the answer. */
  readonly error: string;
}

/** One operation that shall fail. */
export interface OperationFault {
  /** Its description, for example `Starting instance`, or a pattern; any operation by default. */
  readonly description?: string | RegExp;
  /** `before` (default): nothing is done. `after`: the work is done, and yet the operation fails. */
  readonly stage?: "before" | "after";
  /** Text of the failure. */
  readonly err: string;
}

/** One request whose answer shall be slow or lost. */
export interface ReplyFault {
  /** For example `GET`; any method by default. */
  readonly method?: string;
  /** The path without query, or a pattern for it; any path by default. */
  readonly path?: string | RegExp;
}

/** One request that shall be answered late. */
export interface DelayFault extends ReplyFault {
  /** Milliseconds between the work and the answer. */
  readonly ms: number;
}

/** Faults that wait for the next request or operation that they fit; each is used once. */
export interface Faults {
  failNext(fault: RequestFault): void;
  failOperation(fault: OperationFault): void;
  delay(fault: DelayFault): void;
  loseReply(fault: ReplyFault): void;
  takeRequestFault(method: string, path: string): RequestFault | undefined;
  takeOperationFault(description: string): OperationFault | undefined;
  takeDelay(method: string, path: string): DelayFault | undefined;
  takeLostReply(method: string, path: string): ReplyFault | undefined;
}

/** Makes an empty set of {@link Faults}. */
export function createFaults(): Faults {
  const requests: RequestFault[] = [];
  const operations: OperationFault[] = [];
  const delays: DelayFault[] = [];
  const lost: ReplyFault[] = [];
  return {
    failNext: (fault) => void requests.push(fault),
    failOperation: (fault) => void operations.push(fault),
    delay: (fault) => void delays.push(fault),
    loseReply: (fault) => void lost.push(fault),
    takeRequestFault: (method, path) => take(requests, (fault) => fits(fault, method, path)),
    takeOperationFault: (description) => take(operations, (fault) => matches(fault.description, description)),
    takeDelay: (method, path) => take(delays, (fault) => fits(fault, method, path)),
    takeLostReply: (method, path) => take(lost, (fault) => fits(fault, method, path)),
  };
}

function take<T>(list: T[], fit: (item: T) => boolean): T | undefined {
  const at = list.findIndex(fit);
  return at === -1 ? undefined : list.splice(at, 1)[0];
}

function fits(fault: ReplyFault, method: string, path: string): boolean {
  return (fault.method === undefined || fault.method === method) && matches(fault.path, path);
}

function matches(pattern: string | RegExp | undefined, text: string): boolean {
  if (pattern === undefined) return true;
  return typeof pattern === "string" ? pattern === text : pattern.test(text);
}
