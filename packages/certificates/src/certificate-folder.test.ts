import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CertificateFolder, createCertificateFolder } from "./certificate-folder.ts";
import { createCertificate } from "./certificate.ts";
import { generateClientCertificate } from "./client-certificate.ts";
import { encryptPrivateKey, isEncryptedKey } from "./private-key.ts";

let base: string;
let folder: CertificateFolder;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "lxdkit-folder-"));
  folder = createCertificateFolder(join(base, "config"));
});
afterEach(async () => {
  await rm(base, { recursive: true });
});

const file = (name: string): string => join(folder.path, name);
const modeOf = async (name: string): Promise<number> => (await stat(file(name))).mode & 0o777;
const code = (expected: string): unknown => expect.objectContaining({ code: expected });

test("nothing is there at first, and looking makes nothing", async () => {
  expect(await folder.readKeyPair()).toBeUndefined();
  expect(await folder.readAuthority()).toBeUndefined();
  expect(await folder.readServerCertificate("r")).toBeUndefined();
  expect(await folder.removeServerCertificate("r")).toBe(false);
  expect(await readdir(base)).toEqual([]);
});

test("a missing key pair is made once, the key for its owner alone", async () => {
  const made = await folder.ensureKeyPair({ name: "me@here" });
  expect(made.changed).toBe(true);
  expect(made.certificate.name).toBe("me@here");
  made.certificate.validate();
  expect(await readdir(folder.path)).toEqual(["client.crt", "client.key"]);
  expect([await modeOf("client.key"), await modeOf("client.crt"), await modeOf("")]).toEqual([0o600, 0o644, 0o700]);
  const again = await folder.ensureKeyPair();
  expect(again.changed).toBe(false);
  expect(again.certificate.keyPem).toBe(made.certificate.keyPem);
  expect((await folder.readKeyPair())?.fingerprint()).toBe(made.certificate.fingerprint());
});

test.each([{}, { passphrase: "p" }])("whoever asks at the same time gets the same pair: %j", async (options) => {
  const made = await Promise.all(Array.from({ length: 20 }, () => folder.ensureKeyPair(options)));
  expect(new Set(made.map(({ certificate }) => certificate.keyPem)).size).toBe(1);
  expect(new Set(made.map(({ certificate }) => certificate.fingerprint())).size).toBe(1);
  made[0]?.certificate.validate();
  expect(await readdir(folder.path)).toEqual(["client.crt", "client.key"]);
});

test("a key whose certificate was never written gets one", async () => {
  const { certificate } = await folder.ensureKeyPair();
  await rm(file("client.crt"));
  await expect(folder.readKeyPair()).rejects.toThrow(code("CERTIFICATE_MISSING"));
  const repaired = await folder.ensureKeyPair();
  expect(repaired.changed).toBe(true);
  expect(repaired.certificate.keyPem).toBe(certificate.keyPem);
  repaired.certificate.validate();
});

test("a certificate without key is left alone", async () => {
  await folder.ensureKeyPair();
  await rm(file("client.key"));
  await expect(folder.readKeyPair()).rejects.toThrow(code("KEY_MISSING"));
  await expect(folder.ensureKeyPair()).rejects.toThrow(
    expect.objectContaining({ code: "KEY_MISSING", address: file("client.key") }),
  );
  expect(await readdir(folder.path)).toEqual(["client.crt"]);
});

test("an encrypted key is made, and read with its pass phrase", async () => {
  const made = await folder.ensureKeyPair({ passphrase: "right" });
  expect(isEncryptedKey(await readFile(file("client.key"), "utf8"))).toBe(true);
  expect(isEncryptedKey(made.certificate.keyPem)).toBe(false);
  expect((await folder.ensureKeyPair({ passphrase: "right" })).changed).toBe(false);
  const asked: string[] = [];
  const askPassphrase = (name: string): string => {
    asked.push(name);
    return "right";
  };
  expect((await folder.readKeyPair({ askPassphrase }))?.keyPem).toBe(made.certificate.keyPem);
  expect(asked).toEqual([file("client.key")]);
  await expect(folder.readKeyPair()).rejects.toThrow(code("PASSPHRASE_NEEDED"));
  await expect(folder.readKeyPair({ askPassphrase: () => "wrong" })).rejects.toThrow(code("WRONG_PASSPHRASE"));
  const cancelled = new Error("cancelled");
  await expect(folder.ensureKeyPair({ askPassphrase: () => Promise.reject(cancelled) })).rejects.toBe(cancelled);
});

test("a pair is replaced; one that does not fit is refused and changes nothing", async () => {
  const { certificate: old } = await folder.ensureKeyPair();
  const pair = await generateClientCertificate();
  const mixed = createCertificate({ certificatePem: pair.certificatePem, keyPem: old.keyPem });
  await expect(folder.writeKeyPair(mixed)).rejects.toThrow(code("KEY_MISMATCH"));
  expect((await folder.readKeyPair())?.fingerprint()).toBe(old.fingerprint());
  await writeFile(file("client.key"), "", { mode: 0o644 });
  await folder.writeKeyPair({ ...pair, keyPem: encryptPrivateKey(pair.keyPem, "p") });
  expect(await modeOf("client.key")).toBe(0o600);
  const read = await folder.readKeyPair({ askPassphrase: () => "p" });
  expect(read?.keyPem).toBe(pair.keyPem);
});

test("server certificates are pinned, replaced and removed", async () => {
  const [first, second] = await Promise.all([generateClientCertificate(), generateClientCertificate()]);
  await folder.writeServerCertificate("my-remote", `subject: x\n${first.certificatePem}`);
  expect(await readFile(file("servercerts/my-remote.crt"), "utf8")).toBe(first.certificatePem);
  expect(await modeOf("servercerts/my-remote.crt")).toBe(0o644);
  await folder.writeServerCertificate("my-remote", second.certificatePem);
  expect(await folder.readServerCertificate("my-remote")).toBe(second.certificatePem);
  expect(await folder.removeServerCertificate("my-remote")).toBe(true);
  expect(await readdir(file("servercerts"))).toEqual([]);
});

test("what is no certificate is neither pinned nor taken for one", async () => {
  await expect(folder.writeServerCertificate("r", "text")).rejects.toThrow(code("BAD_PEM"));
  await mkdir(file("servercerts"), { recursive: true });
  await writeFile(file("servercerts/r.crt"), "text");
  await expect(folder.readServerCertificate("r")).rejects.toThrow(code("BAD_PEM"));
  await writeFile(file("client.ca"), "");
  await expect(folder.readAuthority()).rejects.toThrow(code("BAD_PEM"));
});

test("a name that leads elsewhere reaches no file", async () => {
  const { certificatePem } = await generateClientCertificate();
  for (const name of ["../client", "a/b", "..", ""]) {
    await expect(folder.writeServerCertificate(name, certificatePem)).rejects.toThrow(code("BAD_REMOTE_NAME"));
    await expect(folder.readServerCertificate(name)).rejects.toThrow(code("BAD_REMOTE_NAME"));
    await expect(folder.removeServerCertificate(name)).rejects.toThrow(code("BAD_REMOTE_NAME"));
  }
  expect(await readdir(base)).toEqual([]);
});

test("files that cannot be read or written are named", async () => {
  await mkdir(file("client.crt"), { recursive: true });
  await expect(folder.readKeyPair()).rejects.toThrow(
    expect.objectContaining({ code: "FILE_NOT_READ", address: file("client.crt") }),
  );
  await writeFile(file("servercerts"), "a file where the folder should be");
  const { certificatePem } = await generateClientCertificate();
  await expect(folder.writeServerCertificate("r", certificatePem)).rejects.toThrow(
    expect.objectContaining({ code: "FILE_NOT_WRITTEN", address: file("servercerts/r.crt") }),
  );
});

test("an aborted call rejects with the reason and makes nothing", async () => {
  const reason = new Error("enough");
  const signal = AbortSignal.abort(reason);
  await expect(folder.ensureKeyPair({ signal })).rejects.toBe(reason);
  await expect(folder.readServerCertificate("r", { signal })).rejects.toBe(reason);
  expect(await readdir(base)).toEqual([]);
});
