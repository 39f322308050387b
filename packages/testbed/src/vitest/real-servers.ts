import type { Flavour } from "@lxdkit/protocol";
import { flavourTitle } from "@lxdkit/protocol";
import { describe, inject } from "vitest";
import { type MissingServer, type RealServer, toRealServer } from "./real-server.ts";

/** The real servers of this test run, and those that it has to do without. */
export interface RealServers {
  readonly servers: readonly RealServer[];
  readonly missing: readonly MissingServer[];
}

const flavours: readonly Flavour[] = ["lxd", "incus"];

/** The real servers that the global set-up opened for this run. */
export function realServers(): RealServers {
  const data = inject("lxdkitServers") as ReturnType<typeof inject<"lxdkitServers">> | undefined;
  if (data !== undefined) return { servers: data.servers.map(toRealServer), missing: data.missing };
  const reason = "this vitest project does not name the global set-up of @lxdkit/testbed";
  return { servers: [], missing: flavours.map((flavour) => ({ flavour, title: flavourTitle(flavour), reason })) };
}

/**
 * Describes the same behaviour on every real server: one suite for LXD and one for Incus.
 *
 * Where a server is not available, its suite is skipped and says why in its title. `define` is still called then, so
 * that its tests are counted as skipped; it must only define tests and not use the server.
 */
export function describeOnServers(title: string, define: (server: RealServer) => void): void {
  const { servers, missing } = realServers();
  for (const server of servers) {
    describe(`${title} on ${server.title}`, () => {
      define(server);
    });
  }
  for (const { flavour, title: family, reason } of missing) {
    describe.skip(`${title} on ${family} (not here: ${reason})`, () => {
      define(absentServer(flavour, family));
    });
  }
}

/** Stands in for a server that is not there while its skipped tests are collected. */
function absentServer(flavour: Flavour, title: string): RealServer {
  return toRealServer({
    title,
    flavour,
    version: "",
    socketPath: "",
    httpsUrl: "",
    serverCertificate: "",
    simplestreamsUrl: "",
    simplestreamsCertificateFile: "",
    directory: "",
    environment: {},
  });
}
