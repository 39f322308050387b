import { InitialiserError } from "../initialiser-error.ts";

const risks = ["edge", "beta", "candidate", "stable"];

/** A channel of the snap store in its parts. */
export interface Channel {
  readonly track: string;
  /** `stable`, `candidate`, `beta` or `edge`. */
  readonly risk: string;
  /** For example `ubuntu-20.04`; empty for none. */
  readonly branch: string;
}

/**
 * Reads the name of a channel: `stable` is `latest/stable`, `5.0` is `5.0/stable`.
 *
 * @throws {InitialiserError} `BAD_CHANNEL`.
 */
export function parseChannel(text: string): Channel {
  const parts = text.split("/");
  const [first = "", ...rest] = parts;
  const [track, risk = "stable", branch = ""] = risks.includes(first) ? ["latest", first, ...rest] : [first, ...rest];
  const isFine = parts.length <= 3 && parts.every((part) => /^[\w.+-]+$/.test(part)) && risks.includes(risk);
  if (isFine && track !== undefined) return { track, risk, branch };
  throw new InitialiserError(`the snap channel ${JSON.stringify(text)} is not valid`, {
    code: "BAD_CHANNEL",
    hint: "Write it as TRACK/RISK, for example latest/stable or 5.21/stable.",
  });
}

/** How a channel that is wanted stands to the one that is followed. */
export type ChannelChange = "same" | "newer" | "older";

/**
 * What changing the channel would come to. The same track and risk is no change, whatever the branch; an empty wish
 * accepts all. Another track is newer or older by its number, `latest` being the newest of all; on one track a less
 * stable risk is newer. A server cannot go back: what it has stored is in the form of the newer one.
 */
export function compareChannels(installed: string, wanted: string): ChannelChange {
  if (wanted === "") return "same";
  const [from, to] = [parseChannel(installed), parseChannel(wanted)];
  const hasBranch = to.branch === "" || to.branch === from.branch;
  const byTrack = compareTracks(from.track, to.track);
  const byRisk = risks.indexOf(from.risk) - risks.indexOf(to.risk);
  const order = byTrack === 0 ? byRisk : byTrack;
  if (order === 0) return hasBranch ? "same" : "newer";
  return order > 0 ? "newer" : "older";
}

/** Above zero when the second is newer. */
function compareTracks(from: string, to: string): number {
  if (from === to) return 0;
  if (from === "latest") return -1;
  if (to === "latest") return 1;
  const [a, b] = [from, to].map((track) => track.split(".").map(Number));
  for (let at = 0; at < Math.max(a?.length ?? 0, b?.length ?? 0); at += 1) {
    const difference = (b?.[at] ?? 0) - (a?.[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
