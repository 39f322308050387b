import { debianArchitecture } from "@lxdkit/protocol";
import { ServerError } from "../server-error.ts";

/** The releases of Ubuntu that have images. */
const ubuntuSeries: ReadonlySet<string> = new Set([
  "precise",
  "quantal",
  "raring",
  "saucy",
  "trusty",
  "utopic",
  "vivid",
  "wily",
  "xenial",
  "yakkety",
  "zesty",
  "artful",
  "bionic",
  "cosmic",
  "disco",
  "eoan",
  "focal",
  "groovy",
  "hirsute",
  "impish",
  "jammy",
  "kinetic",
  "lunar",
  "mantic",
  "noble",
  "oracular",
  "plucky",
  "questing",
  "resolute",
]);

/** What other series are called on image servers; there are images of them for one architecture only. */
const otherSeries: ReadonlyMap<string, string> = new Map([
  ["centos7", "centos/7/cloud"],
  ["centos8", "centos/8/cloud"],
  ["centos9", "centos/9-Stream/cloud"],
  ["opensuseleap", "opensuse/42.2"],
]);

/**
 * The aliases under which image servers have a series, the preferred first: `jammy/amd64` for `jammy`.
 *
 * @param architecture - In Debian's or in the kernel's spelling.
 * @throws {ServerError} `SERIES_UNKNOWN`, or `SERIES_NOT_SUPPORTED` for an architecture without images.
 */
export function seriesAliases(series: string, architecture: string): string[] {
  const debian = debianArchitecture(architecture);
  if (ubuntuSeries.has(series)) return [`${series}/${debian}`];
  const name = otherSeries.get(series);
  if (name === undefined) {
    throw new ServerError(`the series ${JSON.stringify(series)} is unknown`, {
      code: "SERIES_UNKNOWN",
      hint: `Known are the releases of Ubuntu by their first name (jammy), and ${[...otherSeries.keys()].join(", ")}; look for another image by its alias.`,
    });
  }
  if (debian !== "amd64") {
    throw new ServerError(`the series ${series} is not supported on ${debian}`, {
      code: "SERIES_NOT_SUPPORTED",
      hint: "There are images of it for amd64.",
    });
  }
  return [`${name}/${debian}`];
}
