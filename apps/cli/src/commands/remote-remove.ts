import { LxdkitError } from "@lxdkit/protocol";
import { remoteFolder } from "../remotes/remote-folder.ts";
import { openRemoteStore } from "../remotes/remote-store.ts";

/** Forgets a server. */
export async function removeRemote(name: string): Promise<void> {
  const store = openRemoteStore(remoteFolder(process.env));
  if (await store.remove(name)) {
    process.stdout.write(`${name}\n`);
    return;
  }
  const names = [...(await store.list()).keys()];
  throw new LxdkitError(`lxdkit added no remote named ${JSON.stringify(name)}`, {
    code: "REMOTE_NOT_FOUND",
    hint: names.length === 0 ? "It has added none yet." : `There are: ${names.join(", ")}.`,
  });
}
