import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readStream } from "./read-stream.ts";
import { createGpgSigner, type GpgSigner, type SimplestreamsHost, startSimplestreamsHost } from "./testing/index.ts";
import { jammy } from "./testing/jammy-image.ts";

const isMissing =
  process.env["LXDKIT_REQUIRE_REAL"] !== "1" &&
  ["gpg", "gpgv"].some((program) => spawnSync(program, ["--version"]).error !== undefined);
const reason = isMissing ? " (not here: gpg and gpgv are not installed)" : "";

describe.skipIf(isMissing)(`a stream that is signed${reason}`, () => {
  let folder: string;
  let signer: GpgSigner;
  let host: SimplestreamsHost;
  let keyring: { readonly path: string };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "lxdkit-keyring-"));
    signer = await createGpgSigner();
    host = await startSimplestreamsHost({ images: [jammy], signer });
    keyring = { path: join(folder, "keyring.gpg") };
    await writeFile(keyring.path, signer.publicKey);
  });
  afterAll(async () => {
    await host.close();
    await signer.close();
    await rm(folder, { recursive: true });
  });
  const asked = (): string[] =>
    host.requests.map(({ path, status }) => `${path.split("/").at(-1) ?? ""} ${String(status)}`);

  test("is read when a key of the ring signed it, from the signed texts alone", async () => {
    const stream = await readStream(host.url, { ca: host.certificate, keyring });
    expect(stream.find("jammy").serial).toBe("20261001");
    expect(asked()).toEqual(["index.sjson 200", "images.sjson 200"]);
  });

  test("is read by the signatures beside it where there are no signed texts", async () => {
    const missing = host.spoil(/\.sjson$/, { kind: "status", status: 404 });
    const cache = { directory: join(folder, "cache"), maxAgeMs: 3_600_000 };
    for (let round = 0; round < 2; round += 1) {
      const stream = await readStream(host.url, { ca: host.certificate, keyring, cache });
      expect(stream.images).toHaveLength(1);
    }
    missing.remove();
  });

  test("is refused when somebody changed it, or its key is not in the ring", async () => {
    const altered = host.spoil(/images\.sjson$/, { kind: "altered" });
    await expect(readStream(host.url, { ca: host.certificate, keyring })).rejects.toMatchObject({
      code: "SIGNATURE_INVALID",
      address: `${host.url}/streams/v1/images.sjson`,
    });
    altered.remove();
    await using stranger = await createGpgSigner("somebody else");
    const other = { path: join(folder, "other.gpg") };
    await writeFile(other.path, stranger.publicKey);
    await expect(readStream(host.url, { ca: host.certificate, keyring: other })).rejects.toMatchObject({
      code: "SIGNATURE_INVALID",
      message: expect.stringContaining("No public key") as string,
      hint: expect.stringContaining(other.path) as string,
    });
  });

  test("cannot be checked without gpgv, and that is said", async () => {
    const run = (): Promise<never> => Promise.reject(Object.assign(new Error("spawn gpgv ENOENT"), { code: "ENOENT" }));
    const options = { ca: host.certificate, keyring: { ...keyring, run } };
    await expect(readStream(host.url, options)).rejects.toMatchObject({
      code: "GPGV_MISSING",
      hint: expect.stringContaining("Install gpgv") as string,
    });
  });

  test("is not needed where nobody asks for signatures, and refused unsigned where somebody does", async () => {
    await using plain = await startSimplestreamsHost({ images: [jammy] });
    expect((await readStream(plain.url, { ca: plain.certificate })).images).toHaveLength(1);
    await expect(readStream(plain.url, { ca: plain.certificate, keyring })).rejects.toMatchObject({
      code: "STREAM_UNSIGNED",
    });
  });
});
