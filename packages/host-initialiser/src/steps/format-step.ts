import type { Action, Step } from "./step.ts";

/** Keys whose values are nobody's business. */
const secret = /(?:password|token|secret)$/i;

/** A step as text of a few lines: what it changes, why, the exact command or request, and whether it can be undone. */
export function formatStep({ changes, why, action, isUndoable }: Step): string {
  const undo = isUndoable ? "taken back when a later step fails" : "stays when a later step fails";
  return `${changes}\n  why: ${why}\n  how: ${formatAction(action)}\n  undo: ${undo}\n`;
}

/** The exact command or request of a step, in one line, without secrets. */
export function formatAction(action: Action): string {
  switch (action.kind) {
    case "create":
    case "update":
      return `${action.method} ${action.path} ${jsonOf(action.body)}`;
    case "command":
      return [
        ...Object.entries(action.env ?? {}).map(([key, value]) => `${key}=${quoted(value)}`),
        action.command,
        ...action.args.map(quoted),
      ].join(" ");
    case "snap":
      return `${action.method} ${action.path} ${jsonOf(action.body)} (snapd)`;
    case "file":
      return `set ${Object.entries(action.values)
        .map(([key, value]) => `${key}="${value}"`)
        .join(" ")} in ${action.path}`;
    case "wait":
      return "GET /1.0 until it is answered";
    case "listen":
      return `${action.method} ${action.path} ${jsonOf({ config: { "core.https_address": action.address } })}`;
    case "trust":
      return `${action.method} ${action.path} ${jsonOf({ type: "client", name: action.name, certificate: "..." })}`;
  }
}

/** A step as plain data for programs, without secrets. */
export function stepForPrint(step: Step): Step {
  return JSON.parse(jsonOf(step)) as Step;
}

function jsonOf(value: unknown): string {
  const mask = (key: string, part: unknown): unknown => (secret.test(key) && part !== "" ? "..." : part);
  return JSON.stringify(value, mask);
}

function quoted(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
