import { createHash, randomBytes } from "node:crypto";
import { createSelfSignedCertificate } from "@lxdkit/certificates";
import { describeOnServers } from "@lxdkit/testbed/vitest";
import { connectHttps } from "@lxdkit/transport";
import { expect, test } from "vitest";
import { createClient } from "../client.ts";
import { withInstance } from "./running-instance.ts";

describeOnServers("over HTTPS", (real) => {
  test("commands, consoles, files, SFTP and events work as they do over the socket", async () => {
    const clientCertificate = await createSelfSignedCertificate({ usage: "client", commonName: "sessions@https" });
    await real.trust(clientCertificate.certificate, { name: "sessions-over-https" });
    const { httpsUrl: address, serverCertificate } = real;
    await using connection = connectHttps({ address, serverCertificate, clientCertificate });
    const client = createClient(connection);
    const { exec, files, console } = client.instances;
    const name = `over-https-${String(process.pid)}`;
    await using watch = await client.watchEvents({ types: ["lifecycle"] });
    await withInstance(client, name, async () => {
      const input = randomBytes(5 * 1024 * 1024);
      const hash = createHash("sha256").update(input).digest("hex");
      const echoed = await exec.run(name, ["sh", "-c", "cat; exit 3"], { input });
      expect(echoed.exitCode).toBe(3);
      expect(createHash("sha256").update(echoed.stdout).digest("hex")).toBe(hash);
      const many = Array.from({ length: 60 }, (_, at) =>
        exec.run(name, ["sh", "-c", `echo ${String(at)}; echo e >&2`]),
      );
      expect((await Promise.all(many)).map(({ stdout, stderr }) => `${stdout.toString()}${stderr.toString()}`)).toEqual(
        many.map((_, at) => `${String(at)}\ne\n`),
      );

      await files.write(name, "/root/data", input, { mode: 0o600 });
      await files.setAttributes(name, "/root/data", { uid: 12 });
      expect(await files.stat(name, "/root/data")).toMatchObject({ uid: 12, mode: 0o600 });
      expect((await exec.run(name, ["sha256sum", "/root/data"])).stdout.toString()).toContain(hash);

      const session = await console.open(name);
      session.stdout.resume();
      await session.detach();
      await session.ended;
    });
    const actions: string[] = [];
    for await (const event of watch) {
      if (event.type !== "lifecycle" || !event.metadata.source.includes(name)) continue;
      actions.push(event.metadata.action);
      if (event.metadata.action === "instance-deleted") break;
    }
    expect(actions).toEqual(expect.arrayContaining(["instance-created", "instance-started", "instance-exec"]));
    client.events.close();
  });
});
