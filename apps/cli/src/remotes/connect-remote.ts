import { type Flavour, LxdkitError } from "@lxdkit/protocol";
import { connectConfiguredRemote, connectHttps, type Connection, readRemotes } from "@lxdkit/transport";
import { remoteFolder } from "./remote-folder.ts";
import { openRemoteStore } from "./remote-store.ts";

/** A connection, and the project that its remote works in. */
export interface RemoteConnection {
  readonly connection: Connection;
  readonly project: string | undefined;
}

/** The programs whose remotes can be used too; `lxc:NAME` and `incus:NAME` say which one is meant. */
const others: readonly (readonly [program: string, flavour: Flavour])[] = [
  ["lxc", "lxd"],
  ["incus", "incus"],
];

/** Connects to a server by its name: one of `lxdkit remote add`, else one that `lxc` or `incus` knows. */
export async function connectRemote(name: string, signal: AbortSignal): Promise<RemoteConnection> {
  const environment = process.env;
  for (const [program, flavour] of others) {
    if (name.startsWith(`${program}:`)) {
      return connectConfiguredRemote(name.slice(program.length + 1) || undefined, { flavour, environment, signal });
    }
  }
  const store = openRemoteStore(remoteFolder(environment));
  const remote = (await store.list()).get(name);
  if (remote !== undefined) {
    const [serverCertificate, clientCertificate] = await Promise.all([
      store.certificates.readServerCertificate(name, { signal }),
      store.certificates.readKeyPair({ signal }),
    ]);
    const { address, project } = remote;
    const connection = connectHttps({ address, serverCertificate, clientCertificate, proxy: { environment } });
    return { connection, project };
  }
  const known: string[] = [...(await store.list()).keys()];
  for (const [program, flavour] of others) {
    const remotes = await readRemotes({ flavour, environment, signal });
    if (remotes.list.some((one) => one.name === name)) {
      return connectConfiguredRemote(name, { flavour, environment, signal });
    }
    known.push(...remotes.list.map((one) => `${program}:${one.name}`));
  }
  throw new LxdkitError(`there is no remote ${JSON.stringify(name)}`, {
    code: "REMOTE_NOT_FOUND",
    hint: `There are: ${known.join(", ")}. lxdkit remote add makes more.`,
  });
}
