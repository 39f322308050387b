import { SimplestreamsError } from "./simplestreams-error.ts";

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const maxHops = 5;

/** How far one goes. */
export interface RedirectOptions {
  /** How often one has gone on already. */
  readonly hops: number;
  readonly allowHttp: boolean;
}

/**
 * Where an answer refers to; undefined when it is the answer itself.
 *
 * @throws {SimplestreamsError} `STREAM_UNAVAILABLE` for one that leads nowhere, in circles, or out of https.
 */
export function nextLocation(
  url: URL,
  status: number,
  location: string | undefined,
  { hops, allowHttp }: RedirectOptions,
): URL | undefined {
  if (!redirects.has(status) || location === undefined) return undefined;
  const bad = (text: string): SimplestreamsError =>
    new SimplestreamsError(`the image server ${text} for ${url.href}`, {
      code: "STREAM_UNAVAILABLE",
      address: url.href,
      status,
    });
  if (!URL.canParse(location, url.href)) throw bad("refers to what is no address");
  const next = new URL(location, url);
  if (hops === maxHops) throw bad("refers from one address to the next without end");
  if (next.protocol === "https:" || (next.protocol === "http:" && allowHttp)) return next;
  throw bad(`refers to ${next.protocol}//, which is not https,`);
}
