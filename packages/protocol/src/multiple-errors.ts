import { LxdkitError, type LxdkitErrorOptions } from "./lxdkit-error.ts";

/** Several failures of one call, each kept with its own cause in `errors`. */
export class MultipleErrors extends LxdkitError {
  override readonly name: string = "MultipleErrors";
  /** Every failure, in the order of the input. */
  readonly errors: readonly unknown[];

  constructor(message: string, errors: readonly unknown[], options: LxdkitErrorOptions) {
    super(message, options);
    this.errors = errors;
  }
}
