/** The text of a `sync` envelope; servers send every key. */
export function syncEnvelope(metadata: unknown): string {
  return text({ type: "sync", status: "Success", status_code: 200, operation: "", error_code: 0, error: "", metadata });
}

/** The text of an `async` envelope. */
export function asyncEnvelope(operation: string, metadata: unknown): string {
  const status = { status: "Operation created", status_code: 100 };
  return text({ type: "async", ...status, operation, error_code: 0, error: "", metadata });
}

/** The text of an `error` envelope. */
export function errorEnvelope(code: number, error: string): string {
  const status = { status: "", status_code: 0, operation: "" };
  return text({ type: "error", ...status, error_code: code, error, metadata: null });
}

function text(envelope: object): string {
  return `${JSON.stringify(envelope)}\n`;
}
