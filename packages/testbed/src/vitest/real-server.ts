import type { Flavour } from "@lxdkit/protocol";
import { trustCertificate } from "../bed-members.ts";
import { runInside } from "../run-inside.ts";
import type { Testbed, TestbedRunOptions, TestbedRunResult } from "../testbed.ts";

/** A real server of this test run, as plain data. */
export interface RealServerData {
  /** Family and version, for example `LXD 5.0.2`. */
  readonly title: string;
  readonly flavour: Flavour;
  readonly version: string;
  readonly socketPath: string;
  readonly httpsUrl: string;
  /** In PEM form. */
  readonly serverCertificate: string;
  readonly simplestreamsUrl: string;
  /** A file with the simplestreams host's certificate. */
  readonly simplestreamsCertificateFile: string;
  /** The bed's folder. */
  readonly directory: string;
  /** Variables for child programs, as `Testbed.environment`. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A real server of this test run. All test files share it: give your containers names of their own. */
export interface RealServer extends RealServerData {
  /** As `Testbed.trust`. */
  trust(certificate: string, options: { readonly name: string; readonly signal?: AbortSignal }): Promise<void>;
  /** As `Testbed.run`. */
  run(command: readonly string[], options?: TestbedRunOptions): Promise<TestbedRunResult>;
}

/** A server that this run has to do without. */
export interface MissingServer {
  readonly flavour: Flavour;
  /** `LXD` or `Incus`. */
  readonly title: string;
  /** Why it is not there and what helps, in one line. */
  readonly reason: string;
}

/** What the global set-up hands to the tests. */
export interface RealServersData {
  readonly servers: readonly RealServerData[];
  readonly missing: readonly MissingServer[];
}

declare module "vitest" {
  interface ProvidedContext {
    lxdkitServers: RealServersData;
  }
}

/** The plain data of a bed. */
export function describeServer(bed: Testbed, family: string): RealServerData {
  return {
    title: `${family} ${bed.version}`,
    flavour: bed.flavour,
    version: bed.version,
    socketPath: bed.socketPath,
    httpsUrl: bed.httpsUrl,
    serverCertificate: bed.serverCertificate,
    simplestreamsUrl: bed.simplestreams.url,
    simplestreamsCertificateFile: bed.simplestreams.certificateFile,
    directory: bed.directory,
    environment: bed.environment,
  };
}

/** Makes a server of its plain data. */
export function toRealServer(data: RealServerData): RealServer {
  return {
    ...data,
    trust: (certificate, options) => trustCertificate(data.socketPath, certificate, options),
    run: (command, options) => runInside(data.directory, data.environment, command, options),
  };
}
