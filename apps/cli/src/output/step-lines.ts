import type { OnStepProgress } from "@lxdkit/host-initialiser";

/** Writes one line to stderr for each step that begins, is unchanged, fails or is taken back. */
export function stepLines(): OnStepProgress {
  return ({ step, at, of, state, detail }) => {
    if (detail !== undefined || state === "done") return;
    const place = `${String(at)}/${String(of)}`;
    const words = state === "running" ? step.changes : `${step.id}: ${state}`;
    process.stderr.write(`${place} ${words}\n`);
  };
}
