import { readFile } from "node:fs/promises";
import { certificateFingerprint, createSelfSignedCertificate } from "@lxdkit/certificates";
import { openTestbed } from "@lxdkit/testbed";
import { describeOnServers, type RealServer } from "@lxdkit/testbed/vitest";
import { connectUnix, createServerSpec, type ServerSpec } from "@lxdkit/transport";
import { expect, test } from "vitest";
import { openServer, type Server } from "../server.ts";
import { streamSpec, ubuntu } from "./image-stage.test-support.ts";

/** Runs `work` in a project with images of its own. */
async function withProject(real: RealServer, name: string, work: (server: Server) => Promise<void>): Promise<void> {
  await using outside = await openServer(connectUnix({ socketPath: real.socketPath }));
  await outside.client.projects.create({ name, config: { "features.images": "true" } });
  await using server = await openServer(connectUnix({ socketPath: real.socketPath }), { project: name });
  try {
    await work(server);
  } finally {
    for (const { fingerprint } of await server.client.images.list()) {
      await (await server.client.images.delete(fingerprint)).wait();
    }
    await outside.client.projects.delete(name);
  }
}

describeOnServers("images by series", (real) => {
  const stream = async (): Promise<ServerSpec> =>
    createServerSpec({
      host: real.simplestreamsUrl,
      protocol: "simplestreams",
      ca: await readFile(real.simplestreamsCertificateFile, "utf8"),
    });

  test("rows 3, 8 and 9: from a simplestreams host, once for all who want it, and from then on the server's own", async () => {
    // Where another project has the image, a server need not download it and tells of no progress.
    await using bed = await openTestbed({ flavour: real.flavour });
    await using server = await openServer(connectUnix({ socketPath: bed.socketPath }));
    const source = streamSpec(bed.simplestreams.host);
    const before = await server.client.images.list();
    const remote = await server.findImage("jammy", undefined, [source]);
    expect(remote).toMatchObject({ alias: "jammy/amd64", source });
    expect(await server.client.images.list()).toEqual(before);
    const told: string[] = [];
    const onStatus = ({ message }: { readonly message: string }): void => void told.push(message);
    const copies = await Promise.all(
      [1, 2, 3].map(() => server.findImage("jammy", "amd64", [source], { copyLocal: true, onStatus })),
    );
    const own = { fingerprint: remote.fingerprint, alias: "juju/jammy/amd64", type: "container" };
    expect(copies).toEqual([own, own, own]);
    expect(told.some((message) => message.startsWith("Retrieving image: "))).toBe(true);
    const files = bed.simplestreams.host.requests.filter(({ path }) => path.endsWith("rootfs.squashfs"));
    expect(files).toHaveLength(1);
    expect(await server.client.images.list()).toHaveLength(before.length + 1);
    expect((await server.client.images.get(own.fingerprint)).value).toMatchObject({
      auto_update: true,
      cached: false,
      aliases: [{ name: "juju/jammy/amd64" }],
      update_source: { alias: "jammy/amd64", protocol: "simplestreams", server: bed.simplestreams.url },
    });
    expect(await server.findImage("jammy", "amd64", [])).toEqual(own);
  });

  test("an image for another architecture than the server's is copied by its fingerprint, as its alias is another one's", async () => {
    await using bed = await openTestbed({ flavour: real.flavour });
    await using server = await openServer(connectUnix({ socketPath: bed.socketPath }));
    const { host } = bed.simplestreams;
    for (const architecture of ["amd64", "arm64"]) await host.publish(ubuntu("noble", architecture, { architecture }));
    const sources = [streamSpec(host)];
    const copied = async (architecture?: string): Promise<string> => {
      const found = await server.findImageByAlias("noble", { sources, architecture });
      const { fingerprint } = await server.copyRemoteImage(found, []);
      expect(fingerprint).toBe(found.fingerprint);
      return (await server.client.images.get(fingerprint)).value.architecture;
    };
    expect(await copied()).toBe("x86_64");
    expect(await copied("arm64")).toBe("aarch64");
  });

  test("regression 4: an alias that is taken, and two who make the same one", () =>
    withProject(real, "e-images-aliases", async (server) => {
      const image = await server.findImage("jammy", "amd64", [await stream()]);
      await server.copyRemoteImage(image, ["first"]);
      await Promise.all([server.copyRemoteImage(image, ["first", "race"]), server.copyRemoteImage(image, ["race"])]);
      const aliases = await server.client.images.aliases.list();
      expect(new Map(aliases.map(({ name, target }) => [name, target]))).toEqual(
        new Map(["first", "race"].map((name) => [name, image.fingerprint])),
      );
    }));

  test("another server's image, public or private, by its own protocol", () =>
    withProject(real, "e-images-server", async (server) => {
      await using outside = await openServer(connectUnix({ socketPath: real.socketPath }));
      const { client } = outside;
      const { value: tiny } = await client.images.aliases.get("tiny");
      const pair = await createSelfSignedCertificate({ usage: "client", commonName: "e-images" });
      await real.trust(pair.certificate, { name: "e-images" });
      const alias = { name: "centos/7/cloud/amd64", target: tiny.target, description: "" };
      await client.images.aliases.create(alias);
      const spec = createServerSpec({
        host: real.httpsUrl,
        protocol: real.flavour,
        serverFingerprint: certificateFingerprint(real.serverCertificate),
        clientCertificate: pair,
      });
      try {
        const found = await server.findImage("centos7", "amd64", [spec]);
        expect(found).toMatchObject({ fingerprint: tiny.target, isPublic: false, source: spec });
        const copied = await server.copyRemoteImage(found, ["private"]);
        expect(copied).toEqual({ fingerprint: tiny.target, alias: "private", type: "container" });
        expect((await server.client.images.get(tiny.target)).value.aliases).toMatchObject([{ name: "private" }]);
        await expect(outside.copyRemoteImage(found, ["itself"])).rejects.toMatchObject({
          errors: [{ code: "IMAGE_ALREADY_LOCAL" }],
        });
        // Whom the server does not trust sees no private image.
        const stranger = spec.withClientCertificate(undefined);
        await expect(server.findImage("centos7", "amd64", [stranger])).rejects.toMatchObject({
          code: "IMAGE_NOT_FOUND",
        });
      } finally {
        await client.images.aliases.delete(alias.name);
        await client.certificates.delete(certificateFingerprint(pair.certificate));
      }
    }));

  test("a host that fails, aliases that stand for old images, and a download that is given up", async () => {
    await using bed = await openTestbed({ flavour: real.flavour });
    await using server = await openServer(connectUnix({ socketPath: bed.socketPath }));
    const { client } = server;
    const { host } = bed.simplestreams;
    const spec = streamSpec(host);
    const { value: old } = await client.images.aliases.get("tiny");
    const image = await server.findImage("jammy", "amd64", [spec]);

    const asked: number[] = [];
    const sleep = async (ms: number): Promise<void> => void asked.push(ms);
    host.spoil(/rootfs/, { kind: "status", status: 503 }, { times: 1 });
    host.spoil(/rootfs/, { kind: "truncated" }, { times: 1 });
    await server.copyRemoteImage(image, ["tiny"], { sleep });
    expect(asked).toEqual([15_000, 30_000]);
    expect((await client.images.aliases.get("tiny")).value.target).toBe(image.fingerprint);
    expect((await client.images.get(old.target)).value.aliases).toEqual([]);

    await (await client.images.delete(image.fingerprint)).wait();
    const gone = host.spoil(/rootfs/, { kind: "status", status: 404 });
    await expect(server.copyRemoteImage(image, [], { sleep })).rejects.toMatchObject({
      code: "IMAGE_COPY_FAILED",
      message: expect.stringMatching(/^image copy failed: Unable to fetch .*\/rootfs\.squashfs: (404|resource)/),
      errors: [{ code: "OPERATION_FAILED" }],
    });
    gone.remove();

    const slow = host.spoil(/rootfs/, { kind: "slow", bytesPerSecond: 100_000 });
    const reason = new Error("enough");
    const ends = new AbortController();
    const onStatus = ({ message }: { readonly message: string }): void => {
      if (message.startsWith("Retrieving image: ")) ends.abort(reason);
    };
    const given = server.findImage("jammy", "amd64", [spec], { copyLocal: true, signal: ends.signal, onStatus });
    await expect(given).rejects.toBe(reason);
    slow.remove();
    expect((await client.operations.list()).filter(({ status }) => status === "Running")).toEqual([]);
    expect((await client.images.list()).map(({ fingerprint }) => fingerprint)).toEqual([old.target]);
  });
});
