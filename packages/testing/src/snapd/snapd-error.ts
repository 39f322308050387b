/** A request that the fake snapd refuses. */
export class SnapdRefusal extends Error {
  override readonly name: string = "SnapdRefusal";
  /** HTTP status of the answer. */
  readonly status: number;
  /** What went wrong, for programs, such as `snap-not-found`; undefined when snapd gives none. */
  readonly kind: string | undefined;
  /** Details of the kind. */
  readonly value: unknown;

  constructor(status: number, message: string, kind?: string, value?: unknown) {
    super(message);
    this.status = status;
    this.kind = kind;
    this.value = value;
  }
}
