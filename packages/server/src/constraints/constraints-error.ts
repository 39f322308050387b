import { LxdkitError } from "@lxdkit/protocol";

/** What a {@link ConstraintsError} carries. */
export interface ConstraintsErrorOptions {
  readonly code: string;
  /** The whole text. */
  readonly text: string;
  /** Where in the text the mistake begins, counted from 0. */
  readonly position: number;
  readonly hint?: string | undefined;
}

/**
 * A text of constraints cannot be read. Codes: `CONSTRAINT_UNKNOWN`, `CONSTRAINT_MALFORMED` (no `=`),
 * `CONSTRAINT_REPEATED`, `CONSTRAINT_BAD_VALUE`.
 */
export class ConstraintsError extends LxdkitError {
  override readonly name: string = "ConstraintsError";
  /** Where in the text the mistake begins, counted from 0. */
  readonly position: number;
  /** Two lines to show: the text, and a caret under the mistake. */
  readonly pointer: string;

  constructor(message: string, { code, text, position, hint }: ConstraintsErrorOptions) {
    const pointer = pointAt(text, position);
    super(`${message}, at character ${String(position + 1)}\n${pointer}`, { code, hint, step: "read constraints" });
    this.position = position;
    this.pointer = pointer;
  }
}

/** Characters shown on each side of the mistake. */
const shownAround = 60;

/** The text in one line, and the caret below it. */
function pointAt(text: string, position: number): string {
  const from = Math.max(0, position - shownAround);
  const line = text.slice(from, position + shownAround).replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, " ");
  return `  ${line}\n  ${line.slice(0, position - from).replaceAll(/[^]/gu, " ")}^`;
}
