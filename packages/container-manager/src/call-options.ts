/** Options of a call that only asks. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}
