import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encryptPrivateKey, createCertificateFolder } from "@lxdkit/certificates";
import { describeOnServers } from "@lxdkit/testbed/vitest";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connectConfiguredRemote } from "./connect-configured-remote.ts";
import { readRemotes } from "./remotes.ts";

describeOnServers("remotes", ({ flavour, httpsUrl, socketPath, run }) => {
  const program = flavour === "lxd" ? "lxc" : "incus";
  let folder: string;
  let environment: Record<string, string>;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "lxdkit-remotes-"));
    const all = join(folder, "all");
    environment = {
      ...(flavour === "lxd"
        ? { LXD_CONF: folder, LXD_GLOBAL_CONF: all, LXD_SOCKET: socketPath }
        : { INCUS_CONF: folder, INCUS_GLOBAL_CONF: all, INCUS_SOCKET: socketPath }),
      // The programs store no certificate that the system trusts, and in a bed it trusts the bed's.
      SSL_CERT_FILE: "",
    };
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  const client = (...words: string[]): Promise<{ readonly stdout: string }> =>
    run([program, ...words], { environment });

  /** Adds the bed's server with a token, as people do. */
  async function addRemote(name: string, ...options: string[]): Promise<void> {
    const add = flavour === "lxd" ? ["--name", `client-of-${name}`] : [`client-of-${name}`];
    const { stdout } = await client("config", "trust", "add", ...add, "-q");
    const token = stdout.trim().split("\n").at(-1) ?? "";
    // Other tests make projects meanwhile, and with several of them the programs ask which one is meant.
    await client("remote", "add", name, token, "--project", "default", ...options);
  }

  async function auth(name?: string, askPassphrase?: () => string): Promise<unknown> {
    const { connection } = await connectConfiguredRemote(name, { flavour, environment, askPassphrase });
    await using open = connection;
    const { envelope } = await open.request({ method: "GET", path: "/1.0" });
    return (envelope.metadata as { auth: string }).auth;
  }

  test("a remote that the program added is read, and connects with its pin and the user's key", async () => {
    await addRemote("bed");
    const remotes = await readRemotes({ flavour, environment });
    expect(remotes.get("bed")).toEqual({
      name: "bed",
      address: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/),
      protocol: flavour,
      authType: "tls",
      project: "default",
      isPublic: false,
      isStatic: false,
      isGlobal: false,
    });
    expect(new URL(remotes.get("bed").address).port).toBe(new URL(httpsUrl).port);
    expect(await auth("bed")).toBe("trusted");
    await client("remote", "switch", "bed");
    expect(await auth()).toBe("trusted");
    expect((await readRemotes({ flavour, environment })).get().name).toBe("bed");
  });

  test("a key that got a pass phrase is used with it", async () => {
    await addRemote("encrypted");
    const own = createCertificateFolder(folder);
    const pair = await own.readKeyPair();
    if (pair === undefined) throw new Error("the program made no key");
    await own.writeKeyPair({ ...pair, keyPem: encryptPrivateKey(pair.keyPem, "pass phrase") });
    expect(await auth("encrypted", () => "pass phrase")).toBe("trusted");
    await expect(auth("encrypted")).rejects.toMatchObject({ code: "PASSPHRASE_NEEDED" });
  });

  test("another server behind the same name is refused", async () => {
    await addRemote("swapped");
    const own = createCertificateFolder(folder);
    const pair = await own.readKeyPair();
    await own.writeServerCertificate("swapped", pair?.certificatePem ?? "");
    await expect(auth("swapped")).rejects.toMatchObject({ code: "TLS_PIN_MISMATCH" });
  });

  test("the local remote is the server on this machine, in the project that was chosen", async () => {
    expect(await auth()).toBe("trusted");
    await client("project", "create", "of-remotes");
    await client("project", "switch", "of-remotes");
    const { connection, project } = await connectConfiguredRemote("local", { flavour, environment });
    await connection.close();
    expect(project).toBe("of-remotes");
    await client("project", "switch", "default");
    await client("project", "delete", "of-remotes");
  });

  test("the remotes are those that the program lists", async () => {
    await addRemote("listed");
    const { stdout } = await client("remote", "list", "--format", "json");
    const listed = JSON.parse(stdout) as Record<string, { Addr: string; Static: boolean; Public: boolean }>;
    const { list } = await readRemotes({ flavour, environment });
    const ours = Object.fromEntries(
      list.map(({ name, address, isStatic, isPublic }) => [
        name,
        { Addr: address, Static: isStatic, Public: isPublic },
      ]),
    );
    // Newer versions of lxc come with remotes for minimal images, too.
    expect(ours).toMatchObject(
      Object.fromEntries(
        Object.entries(listed).map(([name, { Addr, Static, Public }]) => [name, { Addr, Static, Public }]),
      ),
    );
  });
});
