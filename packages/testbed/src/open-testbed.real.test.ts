import { request } from "node:https";
import { createSelfSignedCertificate } from "@lxdkit/certificates";
import { LxdkitError } from "@lxdkit/protocol";
import { expect, test } from "vitest";
import { leftovers, traceBed } from "./crash/leftovers.ts";
import { openTestbed } from "./open-testbed.ts";
import { namesOf } from "./programs.ts";
import { describeOnServers } from "./vitest/index.ts";

describeOnServers("a test bed", (server) => {
  const { client } = namesOf[server.flavour];

  test("a container of the tiny image gets an address by DHCP and stops when it is asked to", async () => {
    await server.run([client, "launch", "tiny", "bed-dhcp"]);
    const address = async (): Promise<string> =>
      (await server.run([client, "list", "bed-dhcp", "-c4", "-fcsv"])).stdout.trim();
    await expect.poll(address, { timeout: 15_000 }).toMatch(/^10\.\d+\.\d+\.\d+ \(eth0\)$/);
    const before = Date.now();
    await server.run([client, "stop", "bed-dhcp", "--timeout", "5"]);
    expect(Date.now() - before).toBeLessThan(4_000);
    await server.run([client, "delete", "bed-dhcp"]);
  });

  test("the server itself pulls an image from the bed's simplestreams host", async () => {
    await server.run([client, "launch", "bed:jammy", "bed-pulled"]);
    const listed = await server.run([client, "list", "bed-pulled", "-cs", "-fcsv"]);
    expect(listed.stdout.trim()).toBe("RUNNING");
    await server.run([client, "delete", "--force", "bed-pulled"]);
  });

  test("its HTTPS address answers outside of the namespaces and knows a trusted client", async () => {
    const stranger = await createSelfSignedCertificate({ usage: "client", commonName: "stranger" });
    expect(await authOf(server, stranger)).toBe("untrusted");
    const friend = await createSelfSignedCertificate({ usage: "client", commonName: "friend" });
    await server.trust(friend.certificate, { name: "friend" });
    expect(await authOf(server, friend)).toBe("trusted");
  });

  test("a command that fails says what it said", async () => {
    const failing = server.run([client, "info", "no-such-container"]);
    await expect(failing).rejects.toMatchObject({
      code: "TESTBED_COMMAND_FAILED",
      message: expect.stringContaining("not found"),
    });
  });

  test("two more beds at once do not meet, and leave nothing", async () => {
    const beds = await Promise.all([
      openTestbed({ flavour: server.flavour }),
      openTestbed({ flavour: server.flavour }),
    ]);
    const traces = beds.map((bed) => traceBed(bed.directory));
    for (const trace of traces) expect(trace.namespaces.length).toBeGreaterThan(4);
    await Promise.all(beds.map((bed) => bed.run([client, "launch", "tiny", "same-name"])));
    expect(new Set(beds.map((bed) => bed.httpsUrl)).size).toBe(2);
    await beds[0]?.run([client, "pause", "same-name"]);
    await Promise.all(beds.map((bed) => bed.close()));
    for (const trace of traces) await expect.poll(() => leftovers(trace), { timeout: 10_000 }).toEqual([]);
  });

  test("aborting while it opens rejects with the reason and leaves nothing", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    let directory = "";
    const opening = openTestbed({
      flavour: server.flavour,
      signal: controller.signal,
      onStep: (step) => {
        if (step === "start the servers") controller.abort(reason);
      },
      onDirectory: (path) => {
        directory = path;
      },
    });
    await expect(opening).rejects.toBe(reason);
    expect(await leftovers({ ...traceBed(directory), namespaces: [] })).toEqual([]);
  });

  test("a server that does not answer in time is reported with its log", async () => {
    const error: unknown = await openTestbed({ flavour: server.flavour, startTimeoutMs: 0 }).catch((e: unknown) => e);
    expect(LxdkitError.is(error) && error.code).toBe("TESTBED_START_FAILED");
  });
});

function authOf(
  server: { readonly httpsUrl: string; readonly serverCertificate: string },
  client: { readonly certificate: string; readonly key: string },
): Promise<unknown> {
  const tls = { ca: server.serverCertificate, cert: client.certificate, key: client.key, agent: false } as const;
  return new Promise((resolve, reject) => {
    request(new URL("/1.0", server.httpsUrl), { ...tls, checkServerIdentity: () => undefined }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        resolve(JSON.parse(Buffer.concat(chunks).toString()).metadata.auth);
      });
    })
      .on("error", reject)
      .end();
  });
}
