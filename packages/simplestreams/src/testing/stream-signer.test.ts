import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { type SimplestreamsHost, startSimplestreamsHost } from "./simplestreams-host.ts";
import { createGpgSigner } from "./stream-signer.ts";

const run = promisify(execFile);
const hasGpg = await run("gpgv", ["--version"]).then(
  () => true,
  () => false,
);

function read(host: SimplestreamsHost, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request(new URL(path, host.url), { ca: host.certificate, agent: false }, (response) => {
      resolve(response.statusCode === 200 ? text(response) : Promise.reject(new Error(String(response.statusCode))));
    })
      .on("error", reject)
      .end();
  });
}

test.skipIf(!hasGpg && process.env["LXDKIT_REQUIRE_REAL"] !== "1")(
  "documents of a signed stream are there plain, with a signature, and as a signed text",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "signed-stream-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const keyring = join(folder, "keyring.gpg");
    await using signer = await createGpgSigner();
    await writeFile(keyring, signer.publicKey);
    await using host = await startSimplestreamsHost({ signer });
    await host.publish({
      ...{ aliases: ["tiny"], os: "busybox", release: "tiny", architecture: "amd64", serial: "20261101" },
      ...{ metadata: Buffer.from("meta"), rootfs: Buffer.from("root") },
    });
    for (const name of ["index", "images"]) {
      const plain = join(folder, `${name}.json`);
      await writeFile(plain, await read(host, `/streams/v1/${name}.json`));
      await writeFile(`${plain}.gpg`, await read(host, `/streams/v1/${name}.json.gpg`));
      await run("gpgv", ["--keyring", keyring, `${plain}.gpg`, plain]);
      const signed = join(folder, `${name}.sjson`);
      await writeFile(signed, await read(host, `/streams/v1/${name}.sjson`));
      const { stdout } = await run("gpgv", ["--keyring", keyring, "--output", "-", signed]);
      expect(JSON.parse(stdout)).toHaveProperty("format");
      await writeFile(plain, "{}");
      await expect(run("gpgv", ["--keyring", keyring, `${plain}.gpg`, plain])).rejects.toThrow("BAD signature");
    }
    const index = await read(host, "/streams/v1/index.sjson");
    expect(index).toContain('"path":"streams/v1/images.sjson"');
  },
);
