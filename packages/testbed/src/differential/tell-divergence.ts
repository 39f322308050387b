import type { Call, Sequence } from "./call.ts";
import type { Divergence } from "./compare.ts";
import { compareOn, type Comparison, type Pair } from "./side-by-side.ts";
import { shrink } from "./shrink.ts";

/** Shrinks a sequence on which both sides differ, and tells of it: what differs, and a case to keep. */
export async function tellDivergence(pair: Pair, { sequence, divergences }: Comparison): Promise<string> {
  const [first] = divergences;
  if (first === undefined) return "";
  const isSame = ({ where, at }: Divergence): boolean =>
    where === first.where && withoutIndex(at) === withoutIndex(first.at);
  const shortest = await shrink(sequence, async (shorter) => (await compareOn(pair, shorter)).divergences.some(isSame));
  const again = (await compareOn(pair, shortest)).divergences;
  return `${(again.length > 0 ? again : divergences).slice(0, 5).map(tell).join("\n")}\nas a case:\n${caseOf(shortest)}`;
}

/** The first difference of a sequence, in a line; empty when there is none. */
export function titleOf({ sequence, divergences: [first] }: Comparison): string {
  return first === undefined ? "" : `${sequence.name}: ${tell(first).replaceAll(/\n */g, "; ")}`;
}

function withoutIndex(at: string): string {
  return at.replaceAll(/\[\d+\]/g, "[]");
}

function tell({ where, at, real, fake }: Divergence): string {
  const show = (value: unknown): string => (value === undefined ? "nothing" : JSON.stringify(value)).slice(0, 600);
  return `${where}: ${at}\n  real ${show(real)}\n  fake ${show(fake)}`;
}

/** The text of a regression case. */
function caseOf({ name, calls }: Sequence): string {
  return JSON.stringify({ name, calls: calls.map(withoutFlaw) }, null, 2);
}

function withoutFlaw(call: Call): Call {
  const { flaw: _, ...rest } = call;
  return rest;
}
