/** A request that the fake answers with an error envelope. */
export class Refusal extends Error {
  override readonly name: string = "Refusal";
  /** HTTP status of the answer. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The end of an operation that fails. */
export class OperationFailure extends Error {
  override readonly name: string = "OperationFailure";
  /** The `error_code` that Incus gives to those who wait; by default 404 for what is not found, else 500. */
  readonly code: number;

  constructor(message: string, code: number = message.endsWith("not found") ? 404 : 500) {
    super(message);
    this.code = code;
  }
}
