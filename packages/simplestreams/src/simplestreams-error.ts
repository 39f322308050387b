import { LxdkitError, type LxdkitErrorOptions } from "@lxdkit/protocol";

/** What a {@link SimplestreamsError} carries besides its message. */
export interface SimplestreamsErrorOptions extends LxdkitErrorOptions {
  readonly candidates?: readonly string[];
  readonly status?: number;
}

/** What went wrong with an image stream; `address` is the URL that was read. */
export class SimplestreamsError extends LxdkitError {
  override readonly name: string = "SimplestreamsError";
  /** For `IMAGE_NOT_FOUND`: up to five aliases of the stream that look like the one asked for. */
  readonly candidates: readonly string[];
  /** For `STREAM_UNAVAILABLE`: the HTTP status of the answer. */
  declare readonly status?: number;

  constructor(message: string, options: SimplestreamsErrorOptions) {
    super(message, options);
    this.candidates = options.candidates ?? [];
    if (options.status !== undefined) Object.assign(this, { status: options.status });
  }
}
