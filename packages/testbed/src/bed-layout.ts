import { join } from "node:path";
import type { Flavour } from "@lxdkit/protocol";
import { libexec } from "./bed-folder.ts";
import { findProgram, namesOf } from "./programs.ts";
import { shellQuote } from "./shell-quote.ts";

/** Where one member of a bed lives. */
export interface MemberLayout {
  readonly name: string;
  /** Its loopback address: 127.0.0.1, .2, .3. */
  readonly host: string;
  readonly directory: string;
  readonly logFile: string;
  readonly socketPath: string;
  /** The socket file behind which its HTTPS address can be reached from outside of its namespace. */
  readonly httpsSocket: string;
}

/** Where everything of a bed lives. */
export interface BedLayout {
  readonly flavour: Flavour;
  readonly directory: string;
  readonly members: readonly MemberLayout[];
  /** The socket file behind which members find the simplestreams host. */
  readonly streamsSocket: string;
  readonly streamsCertificate: string;
  /** The certificates of the simplestreams host and of the servers, for Node.js. */
  readonly authorities: string;
  /** The same and those of the system, for other child programs. */
  readonly allAuthorities: string;
  /** Configuration directory of the client programs. */
  readonly clientConfig: string;
}

/** Lays out a bed in its folder. */
export function layOutBed(flavour: Flavour, directory: string, members: number): BedLayout {
  const layOut = (number: number): MemberLayout => {
    const name = `m${String(number)}`;
    const home = join(directory, name);
    return {
      name,
      host: `127.0.0.${String(number)}`,
      directory: home,
      logFile: join(directory, `${name}.log`),
      socketPath: join(home, "unix.socket"),
      httpsSocket: join(directory, `${name}.https`),
    };
  };
  return {
    flavour,
    directory,
    members: Array.from({ length: members }, (_, index) => layOut(index + 1)),
    streamsSocket: join(directory, "streams"),
    streamsCertificate: join(directory, "simplestreams.crt"),
    authorities: join(directory, "authorities.crt"),
    allAuthorities: join(directory, "all-authorities.crt"),
    clientConfig: join(directory, "config"),
  };
}

/** The ports of a bed. */
export interface BedPorts {
  /** Where every member listens on its own loopback address. */
  readonly https: number;
  /** Where the simplestreams host is, on 127.0.0.1. */
  readonly streams: number;
}

/**
 * The programs of a member, one line of shell each: the daemon, and the relays of its network namespace.
 *
 * The relays make each address mean the same in every namespace: the simplestreams host and the other members are
 * found behind socket files, and behind one more socket file the others find this member.
 */
export function memberServices(layout: BedLayout, member: MemberLayout, ports: BedPorts): readonly string[] {
  const names = namesOf[layout.flavour];
  const base = [`PATH=${process.env["PATH"] ?? "/usr/sbin:/usr/bin:/sbin:/bin"}`, "HOME=/root", "LANG=C.UTF-8"];
  const daemon = findProgram(names.daemon) ?? names.daemon;
  const own = [`${names.directoryVariable}=${member.directory}`, `SSL_CERT_FILE=${layout.streamsCertificate}`];
  const others = layout.members.filter(({ name }) => name !== member.name);
  const relays = [
    `${member.httpsSocket}=${member.host}:${String(ports.https)}`,
    `127.0.0.1:${String(ports.streams)}=${layout.streamsSocket}`,
    ...others.map(({ host, httpsSocket }) => `${host}:${String(ports.https)}=${httpsSocket}`),
  ];
  const start = (words: readonly string[], log: string): string =>
    `exec env -i ${shellQuote(words)} >>${shellQuote([log])} 2>&1`;
  return [
    start([...base, process.execPath, join(libexec, "relays.mjs"), ...relays], `${layout.directory}/relays.log`),
    start([...base, ...own, daemon], member.logFile),
  ];
}
