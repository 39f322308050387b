import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { machine, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { createSelfSignedCertificate } from "@lxdkit/certificates";
import type { Image, ImageAlias } from "@lxdkit/protocol";
import {
  type FakeServer,
  type PublishedImage,
  type SimplestreamsHost,
  startFakeServer,
  startSimplestreamsHost,
} from "@lxdkit/testing";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const program = fileURLToPath(new URL("../bin/lxdkit.js", import.meta.url));

const jammy: PublishedImage = {
  aliases: ["jammy"],
  os: "ubuntu",
  release: "jammy",
  architecture: "amd64",
  serial: "20261101",
  metadata: Buffer.from("metadata"),
  rootfs: Buffer.from("rootfs"),
  disk: Buffer.from("disk"),
};

/** Each of these tests starts several processes, on a machine that may be busy. */
const timeout = 30_000;

let folder: string;
let host: SimplestreamsHost;
let fake: FakeServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lxdkit-cli-"));
  host = await startSimplestreamsHost({
    images: [jammy, { ...jammy, serial: "20261001", rootfs: Buffer.from("old") }],
  });
  await writeFile(join(folder, "ca.pem"), host.certificate);
  fake = await startFakeServer({ images: [{ aliases: ["tiny"] }], imageServerCa: host.certificate });
});

afterEach(async () => {
  await fake.close();
  await host.close();
  await rm(folder, { recursive: true });
});

function run(...args: readonly string[]) {
  return runWith({}, ...args);
}

async function runWith(environment: Readonly<Record<string, string>>, ...args: readonly string[]) {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [program, ...args], {
    reject: false,
    extendEnv: false,
    stdin: "ignore",
    maxBuffer: 100_000_000,
    env: {
      ...environment,
      PATH: process.env["PATH"] ?? "",
      LXD_SOCKET: fake.socketPath,
      NODE_EXTRA_CA_CERTS: join(folder, "ca.pem"),
      XDG_CACHE_HOME: folder,
    },
  });
  return { exitCode, stdout, stderr };
}

test("image list and image alias list: the server's own, as the server tells them", { timeout }, async () => {
  const images = await run("image", "list", "--format", "json");
  expect(JSON.parse(images.stdout)).toMatchObject([{ aliases: [{ name: "tiny" }], type: "container" }]);
  const aliases = await run("image", "alias", "list", "--format", "json");
  expect(JSON.parse(aliases.stdout)).toEqual([
    {
      name: "tiny",
      description: "",
      type: "container",
      target: (JSON.parse(images.stdout) as Image[])[0]?.fingerprint,
    },
  ]);
  expect((await run("image", "list")).stdout).toMatch(/ALIAS.*FINGERPRINT[^]*tiny.*x86_64.*CONTAINER.*MiB/);
  expect((await run("image", "alias", "list")).stdout).toMatch(/ALIAS.*FINGERPRINT.*TYPE[^]*tiny.*CONTAINER/);
});

test(
  "image list and image alias list of a source, which is asked again only whether it has changed",
  { timeout },
  async () => {
    const images = await run("image", "list", "--source", host.url, "--format", "json");
    const listed = JSON.parse(images.stdout) as Image[];
    expect(listed.map(({ type, properties }) => [type, properties["serial"]])).toEqual([
      ["container", "20261101"],
      ["virtual-machine", "20261101"],
      ["container", "20261001"],
      ["virtual-machine", "20261001"],
    ]);
    const aliases = await run("image", "alias", "list", "--source", host.url, "--for", "incus", "--format", "json");
    expect((JSON.parse(aliases.stdout) as ImageAlias[]).map(({ name, type }) => [name, type])).toEqual([
      ["jammy", "container"],
      ["jammy", "virtual-machine"],
      ["jammy/amd64", "container"],
      ["jammy/amd64", "virtual-machine"],
    ]);
    expect(host.requests.map(({ status }) => status)).toEqual([200, 200, 304, 304]);
    expect((await run("image", "list", "--source", host.url)).stdout).toMatch(/jammy \(1 more\).*VIRTUAL-MACHINE/);
  },
);

test("image find: the server's own copy, or the newest of a source", { timeout }, async () => {
  expect(await run("image", "find", "jammy")).toMatchObject({
    exitCode: 3,
    stderr: expect.stringContaining("no matching image found for jammy on amd64"),
  });
  const found = await run("image", "find", "jammy", "--source", host.url, "--format", "json");
  expect(JSON.parse(found.stdout)).toMatchObject({ alias: "jammy/amd64", type: "container", source: host.url });
  const machineImage = await run("image", "find", "jammy", "--source", host.url, "--arch", "amd64", "--vm");
  expect(machineImage.stdout).toMatch(/^[0-9a-f]{64}$/);
  expect(machineImage.stdout).not.toBe((JSON.parse(found.stdout) as Image).fingerprint);
  expect((await run("image", "find", "pldlinux")).exitCode).toBe(2);
  expect((await run("image", "find", "centos7", "--arch", "arm64")).exitCode).toBe(3);
});

test("image copy gives the server a copy under aliases, which find finds", { timeout }, async () => {
  const aliases = ["--alias", "juju/jammy/amd64", "--alias", "tiny"];
  const copied = await run("image", "copy", "jammy", "--source", host.url, ...aliases);
  expect(copied).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("Retrieving image: ") });
  expect((await run("image", "find", "jammy")).stdout).toBe(copied.stdout);
  const listed = JSON.parse((await run("image", "alias", "list", "--format", "json")).stdout) as ImageAlias[];
  expect(new Set(listed.map(({ target }) => target))).toEqual(new Set([copied.stdout]));
  expect(await run("image", "copy", "nope", "--source", host.url, "--quiet")).toMatchObject({
    exitCode: 3,
    stdout: "",
  });
  expect((await run("image", "copy", "jammy")).exitCode).toBe(2);
});

const data = new URL("../../../../shared/data/simplestreams/", import.meta.url);
const read = (path: string): Buffer => readFileSync(new URL(path, data));

// What lxc 5.0.2 printed on a machine of that kind.
describe.runIf(existsSync(data) && machine() === "x86_64")(
  "of a real server it prints what the real lxc prints",
  () => {
    test("all images and all aliases of a day of linuxcontainers.org", { timeout }, async () => {
      const products = read("linuxcontainers/images-2023-07-03.json");
      const entry = { datatype: "image-downloads", path: "streams/v1/images.json", products: ["some"] };
      const files = new Map([
        ["/streams/v1/index.json", Buffer.from(JSON.stringify({ index: { images: entry } }))],
        ["/streams/v1/images.json", products],
      ]);
      await using server = await serve((request, response) => {
        const body = files.get(request.url ?? "");
        response.writeHead(body === undefined ? 404 : 200).end(body);
      });
      await writeFile(join(folder, "ca.pem"), server.certificate);
      const oracle = (name: string): unknown[] => JSON.parse(gunzipSync(read(name)).toString()) as unknown[];
      const sorted = (list: unknown[]): string[] => list.map((one) => JSON.stringify(sortedKeys(one))).toSorted();
      const images = await run("image", "list", "--source", server.url, "--format", "json");
      const listed = JSON.parse(images.stdout) as unknown[];
      expect(listed).toHaveLength(1722);
      expect(sorted(listed)).toEqual(sorted(oracle("oracle-lxc-5.0.2/lc0723.images.json.gz")));
      const aliases = await run("image", "alias", "list", "--source", server.url, "--format", "json");
      const names = JSON.parse(aliases.stdout) as unknown[];
      expect(names).toHaveLength(1026);
      expect(sorted(names)).toEqual(sorted(oracle("oracle-lxc-5.0.2/lc0723.aliases.json.gz")));
    });
  },
);

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortedKeys(inner)]));
}

async function serve(
  listener: RequestListener,
): Promise<{ readonly url: string; readonly certificate: string } & AsyncDisposable> {
  const pair = await createSelfSignedCertificate({ usage: "server", commonName: "s", ipAddresses: ["127.0.0.1"] });
  const https = createServer({ cert: pair.certificate, key: pair.key }, listener);
  await new Promise<void>((resolve) => {
    https.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `https://127.0.0.1:${String((https.address() as AddressInfo).port)}`,
    certificate: pair.certificate,
    async [Symbol.asyncDispose]() {
      https.closeAllConnections();
      await new Promise((resolve) => {
        https.close(resolve);
      });
    },
  };
}

test(
  "image servers are reached through the proxy of the environment, and those of NO_PROXY without",
  { timeout },
  async () => {
    const asked: (string | undefined)[] = [];
    const proxy = createHttpServer();
    proxy.on("connect", ({ url }, socket) => {
      asked.push(url);
      socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    });
    await new Promise<void>((resolve) => {
      proxy.listen(0, "127.0.0.1", resolve);
    });
    const { port } = proxy.address() as AddressInfo;
    const environment = { HTTPS_PROXY: `http://me:secret@127.0.0.1:${String(port)}`, NO_PROXY: "direct.invalid" };
    const commands = [
      ["image", "find", "jammy"],
      ["image", "copy", "jammy"],
      ["image", "list"],
      ["image", "alias", "list"],
      ["launch", "jammy", "c1"],
    ];
    try {
      for (const command of commands) {
        const { stderr, exitCode } = await runWith(environment, ...command, "--source", "https://images.invalid");
        expect(stderr).toContain(`the proxy http://127.0.0.1:${String(port)} refused with status 403`);
        expect(stderr).not.toContain("secret");
        expect(exitCode).not.toBe(0);
      }
      expect(asked).toEqual(commands.map(() => "images.invalid:443"));
      const { stderr } = await runWith(environment, "image", "list", "--source", "https://direct.invalid");
      expect(stderr).toContain("direct.invalid");
      expect(stderr).not.toContain("refused");
      expect(asked).toHaveLength(commands.length);
    } finally {
      proxy.close();
    }
  },
);
