import { connectConfiguredRemote, connectHttps, readServerCertificate } from "@lxdkit/transport";

/** Input of {@link main}. */
export interface MainOptions {
  /** Address of a server. */
  readonly address: string;
  /** Its fingerprint, as its owner gave it. */
  readonly serverFingerprint: string;
  /** `process.env`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Connects to a server by its fingerprint, and to one that `incus` knows. */
export async function main({ address, serverFingerprint, environment }: MainOptions): Promise<unknown[]> {
  // #region readme
  // By what its owner says of it: a trust token has the fingerprint, and `lxc info` shows it.
  await using direct = connectHttps({ address, serverFingerprint, proxy: { environment } });
  const { envelope } = await direct.request({ method: "GET", path: "/1.0" });

  // What any server shows, to compare it and to keep it: nothing is sent.
  const { fingerprint, serverCertificate } = await readServerCertificate(address);

  // By a name that `incus remote list` shows, with the user's own certificate.
  const { connection, project } = await connectConfiguredRemote("shop", { flavour: "incus", environment });
  await using configured = connection;
  // #endregion
  return [envelope.metadata, fingerprint, serverCertificate, configured.address, project];
}
