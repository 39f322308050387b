const brand: unique symbol = Symbol.for("lxdkit.error") as never;

/** What an {@link LxdkitError} carries besides its message. */
export interface LxdkitErrorOptions {
  /** Stable identifier, upper case with underscores. Match on this, never on the message. */
  readonly code: string;
  /** What the reader can do about it, as one sentence. */
  readonly hint?: string | undefined;
  /** The error that led to this one. */
  readonly cause?: unknown;
  /** Where the request went: a socket path or an URL. */
  readonly address?: string | undefined;
  /** The request, for example `GET /1.0/instances`. */
  readonly request?: string | undefined;
  /** What the program was doing, for example `start container c1`. */
  readonly step?: string | undefined;
}

/**
 * The base of every error that lxdkit throws on purpose.
 *
 * Two copies of this package may live in one process, so test with {@link LxdkitError.is}
 * and the `code`, not with `instanceof`. Messages never contain keys, tokens or passwords.
 */
export class LxdkitError extends Error {
  override readonly name: string = "LxdkitError";
  readonly code: string;
  readonly hint?: string;
  readonly address?: string;
  readonly request?: string;
  readonly step?: string;

  constructor(message: string, options: LxdkitErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    if (options.hint !== undefined) this.hint = options.hint;
    if (options.address !== undefined) this.address = options.address;
    if (options.request !== undefined) this.request = options.request;
    if (options.step !== undefined) this.step = options.step;
    Object.defineProperty(this, brand, { value: true });
  }

  /** Says whether `value` is an error of lxdkit, also when another copy of this package made it. */
  static is(value: unknown): value is LxdkitError {
    return typeof value === "object" && value !== null && (value as { [brand]?: unknown })[brand] === true;
  }
}
