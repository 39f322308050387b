import type { LxdkitError } from "@lxdkit/protocol";
import { openTestbed } from "@lxdkit/testbed";
import { describeOnServers } from "@lxdkit/testbed/vitest";
import { connectUnix } from "@lxdkit/transport";
import { expect, test } from "vitest";
import { type Client, createClient } from "../client.ts";
import { letReach } from "../contract/let-reach.ts";
import { type OwnImage, ownImage } from "../contract/own-image.ts";
import { cli } from "../contract/with-instance.ts";
import { copyImage } from "./copy-image.ts";

/** Runs `work` with an image of that name on the server, unified or in two files. */
async function withImage(
  client: Client,
  name: string,
  kind: keyof OwnImage["fingerprints"],
  work: (fingerprint: string) => Promise<void>,
): Promise<void> {
  await using image = await ownImage(name);
  const { metadata, rootfs, unified } = image;
  const files =
    kind === "unified"
      ? { unified: { content: unified } }
      : { metadata: { content: metadata }, rootfs: { content: rootfs } };
  const fingerprint = image.fingerprints[kind];
  await (await client.images.upload(files, { properties: { "more than": "the files say" } })).wait();
  try {
    await client.images.aliases.create({ name: `${name}/one`, target: fingerprint, description: "the one" });
    const { value } = await client.images.get(fingerprint);
    await client.images.update(fingerprint, { properties: value.properties, expires_at: "2090-05-01T00:00:00Z" });
    await work(fingerprint);
  } finally {
    await (await client.images.delete(fingerprint)).wait();
  }
}

describeOnServers("copies of images", (real) => {
  const described = {
    properties: { "more than": "the files say" },
    expires_at: "2090-05-01T00:00:00Z",
    public: false,
  };

  for (const mode of ["pull", "push", "relay"] as const) {
    for (const kind of ["unified", "split"] as const) {
      test(`${mode}: a private image (${kind}) into another project, with its names`, async () => {
        await using connection = connectUnix({ socketPath: real.socketPath });
        const client = createClient(connection);
        const name = `image-${mode}-${kind}`;
        await real.run([cli(real), "project", "create", name, "-c", "features.images=true"]);
        const inside = client.in({ project: name });
        try {
          await withImage(client, name, kind, async (fingerprint) => {
            const target = { client: inside };
            const source = { client, fingerprint: fingerprint.slice(0, 16) };
            let done = 0;
            const options = {
              modes: [mode],
              copyAliases: true,
              aliases: ["more/1"],
              onProgress: ({ doneBytes }: { readonly doneBytes: number }) => (done = doneBytes),
            } as const;
            expect(await copyImage(source, target, options)).toEqual({ fingerprint, mode, failures: [] });
            const { value } = await inside.images.get(fingerprint);
            expect(value).toMatchObject(described);
            expect(done).toBe(mode === "relay" ? value.size : 0);
            expect(await inside.images.aliases.list()).toMatchObject([
              { name: `${name}/one`, description: "the one", target: fingerprint },
              { name: "more/1", description: "", target: fingerprint },
            ]);
            await inside.images.aliases.delete("more/1");
            expect(await copyImage(source, target, options)).toEqual({ fingerprint, mode: undefined, failures: [] });
            expect((await inside.images.aliases.get("more/1")).value.target).toBe(fingerprint);
          });
        } finally {
          for (const { fingerprint } of await inside.images.list())
            await (await inside.images.delete(fingerprint)).wait();
          client.events.close();
          await real.run([cli(real), "project", "delete", name]);
        }
      });
    }
  }

  test("between servers each way is taken where the ones before do not work", async () => {
    await using bed = await openTestbed({ flavour: real.flavour });
    await using connection = connectUnix({ socketPath: real.socketPath });
    await using otherConnection = connectUnix({ socketPath: bed.socketPath });
    const [client, other] = [createClient(connection), createClient(otherConnection)];
    try {
      await withImage(client, "image-abroad", "split", async (fingerprint) => {
        const copy = async (): Promise<unknown> => {
          const { mode, failures } = await copyImage({ client, fingerprint }, { client: other });
          expect((await other.images.get(fingerprint)).value).toMatchObject(described);
          await (await other.images.delete(fingerprint)).wait();
          return [...failures.map((failure) => [failure.mode, (failure.error as LxdkitError).code]), mode];
        };
        expect(await copy()).toEqual([["pull", "OPERATION_FAILED"], ["push", "SERVER_ERROR"], "relay"]);
        await letReach(real, bed, async () => {
          expect(await copy()).toEqual([["pull", "OPERATION_FAILED"], "push"]);
        });
        await letReach(bed, real, async () => {
          expect(await copy()).toEqual(["pull"]);
        });
      });
    } finally {
      client.events.close();
      other.events.close();
    }
  });
});
