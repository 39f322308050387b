/** Options that every call takes. */
export interface CallOptions {
  /** Ends the call; the rejection is `signal.reason` itself. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until the answer must be there; 60,000 by default, 0 for no limit. */
  readonly timeoutMs?: number | undefined;
  /** Project to work in; the client's, else the server's `default`, unless given. */
  readonly project?: string | undefined;
}

/** Options of a call that a cluster can do on one of its members. */
export interface TargetOptions extends CallOptions {
  /** Name of the member, or `@group` where an instance is placed; a server outside of a cluster refuses it. */
  readonly target?: string | undefined;
}

/** Options of a list that the server can filter. */
export interface FilterOptions extends CallOptions {
  /** The server's filter language, for example `status eq running`; a malformed one is refused. */
  readonly filter?: string | undefined;
}

/** Options of a list that can reach over all projects. */
export interface AllProjectsOptions extends CallOptions {
  /** Of all projects that the caller may see; each object tells its own. */
  readonly allProjects?: boolean | undefined;
}

/** Options of a change that is refused when the object has changed since it was read. */
export interface ChangeOptions extends CallOptions {
  /** ETag under which the object was read; `ETAG_MISMATCH` when it has another one now. */
  readonly ifMatch?: string | undefined;
}

/** A value and the ETag under which the server gave it, for `ifMatch`. */
export interface Tagged<T> {
  readonly value: T;
  readonly etag: string | undefined;
}
