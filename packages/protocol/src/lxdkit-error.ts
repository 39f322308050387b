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
  // Declared only: a field that is not given is not there at all.
  declare readonly hint?: string;
  declare readonly address?: string;
  declare readonly request?: string;
  declare readonly step?: string;

  constructor(message: string, options: LxdkitErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    const { hint, address, request, step } = options;
    for (const [key, value] of Object.entries({ hint, address, request, step })) {
      if (value !== undefined) Object.assign(this, { [key]: value });
    }
    Object.defineProperty(this, brand, { value: true });
  }

  /** Says whether `value` is an error of lxdkit, also when another copy of this package made it. */
  static is(value: unknown): value is LxdkitError {
    return typeof value === "object" && value !== null && (value as { [brand]?: unknown })[brand] === true;
  }
}
