import { debianArchitecture, type ServerInfo } from "@lxdkit/protocol";

/** What a server said of itself when it was opened; a later change of its configuration alters none of it. */
export interface ServerFacts {
  /** Name of the machine or cluster member; `none` for a server alone that has none, empty for such a member. */
  readonly name: string;
  /** Debian's name of the machine's architecture, for example `amd64`; empty when it does not tell. */
  readonly hostArch: string;
  /** Debian's names of the architectures whose instances it runs, the machine's own first. */
  readonly supportedArches: readonly string[];
  /** PEM of the certificate that it shows over HTTPS. */
  readonly serverCertificate: string;
  /** Whether it has networks (extension `network`). */
  readonly networkSupported: boolean;
  /** Whether it could be in a cluster (extension `clustering`); whether it is says `isClustered`. */
  readonly clusteringSupported: boolean;
  /** Whether it has storage pools (extension `storage`). */
  readonly storageSupported: boolean;
  /** Whether it is a member of a cluster. */
  readonly isClustered: boolean;
}

/** The facts in `GET /1.0`. A caller whom the server does not trust gets empty ones. */
export function serverFacts({ api_extensions, environment }: ServerInfo): ServerFacts {
  const has = new Set(api_extensions);
  const isClustered = has.has("clustering") && environment?.server_clustered === true;
  const given = environment?.server_name ?? "";
  const hostArch = debianArchitecture(environment?.kernel_architecture ?? "");
  const arches = (environment?.architectures ?? []).map(debianArchitecture);
  return {
    name: given === "" && !isClustered ? "none" : given,
    hostArch,
    supportedArches: arches.length === 0 && hostArch !== "" ? [hostArch] : arches,
    serverCertificate: environment?.certificate ?? "",
    networkSupported: has.has("network"),
    clusteringSupported: has.has("clustering"),
    storageSupported: has.has("storage"),
    isClustered,
  };
}
