import { request } from "node:http";
import { text } from "node:stream/consumers";
import { expect } from "vitest";
import { describeRoutes } from "./route-cases.ts";
import { cli, start, withInstance } from "./with-instance.ts";

const recorded = { command: ["sh", "-c", "echo said"], "record-output": true };

describeRoutes("logs of instances", ({ covers, real }) => {
  /** Runs a command whose output the server keeps, without our client. */
  async function record(name: string): Promise<void> {
    await real.run([
      cli(real),
      "query",
      "--wait",
      "-X",
      "POST",
      "-d",
      JSON.stringify(recorded),
      `/1.0/instances/${name}/exec`,
    ]);
  }

  covers(
    ["GET /1.0/instances/{name}/logs", "GET /1.0/instances/{name}/logs/{filename}"],
    "the log of the container's start is read",
    async ({ client, name }) => {
      await withInstance({ client, name }, async () => {
        await (await client.instances.setState(name, start)).wait();
        expect(await client.instances.logs.listUrls(name)).toContain(`/1.0/instances/${name}/logs/lxc.log`);
        const { body, headers } = await client.instances.logs.get(name, "lxc.log");
        const read = await text(body);
        expect(headers["content-length"]).toBe(String(Buffer.byteLength(read)));
        expect(read).toBe(await plain(real.socketPath, `/1.0/instances/${name}/logs/lxc.log`));
        await expect(client.instances.logs.delete(name, "lxc.log")).rejects.toMatchObject({ code: "BAD_REQUEST" });
      });
    },
  );

  covers(
    ["GET /1.0/instances/{name}/logs/{filename}", "DELETE /1.0/instances/{name}/logs/{filename}"],
    "recorded output is among the logs",
    async ({ client, raw, name }) => {
      const at = `/1.0/instances/${name}/logs`;
      await withInstance({ client, name }, async () => {
        await (await client.instances.setState(name, start)).wait();
        await record(name);
        const [file = ""] = ((await raw(at)) as string[]).filter((url) => url.endsWith(".stdout"));
        const filename = file.slice(at.length + 1);
        expect(await text((await client.instances.logs.get(name, filename)).body)).toBe("said\n");
        await client.instances.logs.delete(name, filename);
        expect(await raw(at)).not.toContain(file);
      });
    },
    { on: "lxd" },
  );

  covers(
    [
      "GET /1.0/instances/{name}/logs/exec-output",
      "GET /1.0/instances/{name}/logs/exec-output/{filename}",
      "DELETE /1.0/instances/{name}/logs/exec-output/{filename}",
    ],
    "recorded output is listed, read and removed",
    async ({ client, raw, name }) => {
      const at = `/1.0/instances/${name}/logs/exec-output`;
      const { execOutput } = client.instances.logs;
      await withInstance({ client, name }, async () => {
        await (await client.instances.setState(name, start)).wait();
        await record(name);
        const files = await execOutput.listUrls(name);
        expect(files).toEqual(await raw(at));
        const [file = ""] = files.filter((url) => url.endsWith(".stdout"));
        const filename = file.slice(at.length + 1);
        expect(await text((await execOutput.get(name, filename)).body)).toBe("said\n");
        await execOutput.delete(name, filename);
        expect(await raw(at)).not.toContain(file);
      });
    },
    { on: "incus" },
  );

  covers(
    ["DELETE /1.0/instances/{name}/logs/{filename}"],
    "a log of a migration is removed",
    async ({ client, raw, name }) => {
      const at = `/1.0/instances/${name}/logs`;
      await withInstance({ client, name }, async () => {
        // CRIU would write it.
        const filename = "migration_dump_2026-01-01.log";
        await real.run(["mkdir", "-p", `${real.directory}/m1/logs/${name}`]);
        await real.run(["touch", `${real.directory}/m1/logs/${name}/${filename}`]);
        expect(await raw(at)).toContain(`${at}/${filename}`);
        await client.instances.logs.delete(name, filename);
        expect(await raw(at)).not.toContain(`${at}/${filename}`);
      });
    },
    { on: "incus" },
  );
});

/** Reads a path with Node's own client. */
async function plain(socketPath: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path, agent: false }, (answer) => void text(answer).then(resolve, reject))
      .on("error", reject)
      .end();
  });
}
