import { LxdkitError, type LxdkitErrorOptions } from "@lxdkit/protocol";

/** What went wrong with an image stream; `address` is the URL that was read. */
export class SimplestreamsError extends LxdkitError {
  override readonly name: string = "SimplestreamsError";
  /** For `IMAGE_NOT_FOUND`: up to five aliases of the stream that look like the one asked for. */
  readonly candidates: readonly string[];

  constructor(message: string, options: LxdkitErrorOptions & { readonly candidates?: readonly string[] }) {
    super(message, options);
    this.candidates = options.candidates ?? [];
  }
}
