import type { Call, Sequence } from "./call.ts";

/** How long to search for a shorter sequence. */
export interface ShrinkOptions {
  /** How many sequences are tried; 60 by default. */
  readonly attempts?: number;
}

/**
 * The shortest sequence that can be had by leaving out calls and for which `fails` still says so: first halves, then
 * quarters, and at the end single calls are left out.
 */
export async function shrink(
  sequence: Sequence,
  fails: (shorter: Sequence) => Promise<boolean>,
  { attempts = 60 }: ShrinkOptions = {},
): Promise<Sequence> {
  let calls: readonly Call[] = sequence.calls;
  let left = attempts;
  for (let size = Math.ceil(calls.length / 2); size >= 1;) {
    let isShorter = false;
    // From the end, because what comes after the divergence does not matter.
    for (let end = calls.length; end > 0 && left > 0; end -= size) {
      const rest = [...calls.slice(0, Math.max(0, end - size)), ...calls.slice(end)];
      if (rest.length === 0) continue;
      left -= 1;
      if (!(await fails({ ...sequence, calls: rest }))) continue;
      calls = rest;
      isShorter = true;
    }
    if (left === 0 || (size === 1 && !isShorter)) break;
    size = size === 1 ? 1 : Math.ceil(size / 2);
  }
  return { ...sequence, calls };
}
