import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type CertificateFolder, createCertificateFolder } from "@lxdkit/certificates";
import { LxdkitError } from "@lxdkit/protocol";

/** A server that this program knows by name. */
export interface StoredRemote {
  /** `https://host:port`. */
  readonly address: string;
  /** Project to work in; the server's default one when missing. */
  readonly project?: string | undefined;
}

/** The remotes that `lxdkit remote add` stored, with their certificates. */
export interface RemoteStore {
  readonly folder: string;
  readonly certificates: CertificateFolder;
  /** All of them, by name. */
  list(): Promise<ReadonlyMap<string, StoredRemote>>;
  /** Stores a remote and the certificate that its server must show; nothing is left when it fails. */
  add(name: string, remote: StoredRemote, serverCertificate: string): Promise<void>;
  /** Forgets a remote and its server's certificate; false when there was none. */
  remove(name: string): Promise<boolean>;
}

/** The store in a folder; nothing is read or made before it is needed. */
export function openRemoteStore(folder: string): RemoteStore {
  const file = join(folder, "remotes.json");
  const certificates = createCertificateFolder(folder);
  return {
    folder,
    certificates,
    list: () => read(file),
    async add(name, remote, serverCertificate) {
      const remotes = await read(file);
      await certificates.writeServerCertificate(name, serverCertificate);
      try {
        await write(folder, file, new Map([...remotes, [name, remote]]));
      } catch (error) {
        await certificates.removeServerCertificate(name);
        throw error;
      }
    },
    async remove(name) {
      const remotes = new Map(await read(file));
      if (!remotes.delete(name)) return false;
      await write(folder, file, remotes);
      await certificates.removeServerCertificate(name);
      return true;
    },
  };
}

async function read(file: string): Promise<ReadonlyMap<string, StoredRemote>> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT") return new Map();
    throw new LxdkitError(`${file} cannot be read (${String(code)})`, { code: "FILE_NOT_READ", cause, address: file });
  }
  try {
    return new Map(Object.entries(remotesIn(JSON.parse(text))));
  } catch (cause) {
    throw new LxdkitError(`${file} is not what lxdkit writes`, {
      code: "BAD_CONFIG",
      cause,
      address: file,
      hint: "Mend it, or remove it and add the remotes again.",
    });
  }
}

function remotesIn(content: unknown): Record<string, StoredRemote> {
  const { remotes } = content as { readonly remotes?: unknown };
  if (typeof remotes !== "object" || remotes === null) throw new TypeError("it has no remotes");
  for (const [name, remote] of Object.entries(remotes as Record<string, Partial<StoredRemote> | null>)) {
    const isProject = remote?.project === undefined || typeof remote.project === "string";
    if (typeof remote?.address !== "string" || !isProject) throw new TypeError(`the remote ${name} is none`);
  }
  return remotes as Record<string, StoredRemote>;
}

async function write(folder: string, file: string, remotes: ReadonlyMap<string, StoredRemote>): Promise<void> {
  const { default: writeFileAtomic } = await import("write-file-atomic");
  const sorted = [...remotes].sort(([a], [b]) => (a < b ? -1 : 1));
  const text = `${JSON.stringify({ remotes: Object.fromEntries(sorted) }, undefined, 2)}\n`;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFileAtomic(file, text, { mode: 0o600 });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new LxdkitError(`${file} cannot be written (${String(code)})`, {
      code: "FILE_NOT_WRITTEN",
      cause,
      address: file,
    });
  }
}
