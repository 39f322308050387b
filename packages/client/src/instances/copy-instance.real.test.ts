import type { LxdkitError, Operation } from "@lxdkit/protocol";
import { openTestbed } from "@lxdkit/testbed";
import { describeOnServers, type RealServer } from "@lxdkit/testbed/vitest";
import { connectUnix } from "@lxdkit/transport";
import { expect, test, vi } from "vitest";
import { type Client, createClient } from "../client.ts";
import { letReach } from "../contract/let-reach.ts";
import { withClient } from "../contract/with-client.ts";
import { cli, ownProject, removeInstance, start, withInstance } from "../contract/with-instance.ts";
import type { CopyAttempt, CopyMode } from "../copy-modes.ts";
import { copyInstance } from "./copy-instance.ts";

// A wait of which nothing is heard looks for itself after a minute.
vi.setConfig({ testTimeout: 150_000 });

describeOnServers("copies of instances", (real) => {
  for (const mode of ["local", "pull", "push", "relay"] as const satisfies readonly CopyMode[]) {
    test(`${mode}: the copy has what the original has, snapshots included`, async () => {
      await withClient(real, async (client) => {
        const name = `copied-${mode}`;
        const copy = `${name}-b`;
        await withInstance(
          { client, name },
          async () => {
            await prepare(real, client, name);
            const tried: CopyMode[] = [];
            const states: Operation[] = [];
            let relayed = 0;
            const outcome = await copyInstance(
              { client, name },
              { client, name: copy },
              {
                modes: [mode],
                changes: { config: { "user.more": "2" } },
                onMode: (attempt) => tried.push(attempt.mode),
                onRelayed: (bytes) => (relayed = bytes),
                onUpdate: (operation) => void states.push(operation),
              },
            );
            expect(outcome).toMatchObject({ mode, failures: [] });
            expect(tried).toEqual([mode]);
            expect(relayed > 1_000).toBe(mode === "relay");
            expect(states.map(({ status }) => status)).toContain("Success");
            expect(JSON.stringify(states)).not.toMatch(/[0-9a-f]{64}/);
            const { value } = await client.instances.get(copy);
            const original = (await client.instances.get(name)).value;
            expect(value).toMatchObject({
              type: "container",
              description: original.description,
              profiles: ["default"],
              config: { "user.kept": "1", "user.more": "2", "image.os": "ubuntu" },
            });
            expect(value.config["volatile.uuid"]).not.toBe(original.config["volatile.uuid"]);
            expect(value.config["volatile.base_image"]).toBe(original.config["volatile.base_image"]);
            expect(await read(real, copy, real)).toBe("second");
            expect((await client.instances.snapshots.list(copy)).map((each) => each.name)).toEqual(["s1"]);
          },
          [name, copy],
        );
      });
    });

    test(`${mode}: a snapshot becomes an instance, and an instance is brought up to date`, async () => {
      await withClient(real, async (client) => {
        const name = `refreshed-${mode}`;
        const copy = `${name}-b`;
        await withInstance(
          { client, name },
          async () => {
            await prepare(real, client, name);
            await copyInstance({ client, name: `${name}/s1` }, { client, name: copy }, { modes: [mode] });
            expect(await read(real, copy, real)).toBe("first");
            const again = copyInstance({ client, name }, { client, name: copy }, { modes: [mode] });
            await expect(again).rejects.toMatchObject({ code: "CONFLICT" });
            await copyInstance(
              { client, name },
              { client, name: copy },
              { modes: [mode], refresh: true, instanceOnly: true },
            );
            expect(await read(real, copy, real)).toBe("second");
            expect(await client.instances.snapshots.listUrls(copy)).toEqual([]);
          },
          [name, copy],
        );
      });
    });

    test(`${mode}: from one project into another`, async () => {
      await withClient(real, async (client) => {
        const name = `abroad-${mode}`;
        await real.run(ownProject(real, name));
        const abroad = client.in({ project: name });
        try {
          await withInstance({ client, name }, async () => {
            await copyInstance({ client, name }, { client: abroad }, { modes: [mode] });
            expect((await abroad.instances.get(name)).value).toMatchObject({ name, project: name });
            await (await client.instances.delete(name)).wait();
            await copyInstance({ client: abroad, name }, { client }, { modes: [mode] });
            expect((await client.instances.get(name)).value).toMatchObject({ name, project: "default" });
          });
        } finally {
          await removeInstance(abroad, name);
          await real.run([cli(real), "project", "delete", name]);
        }
      });
    });
  }
});

describeOnServers("copies of instances that fail", (real) => {
  /** Runs `work` with an instance of that name, and checks that nothing of a copy is left. */
  async function withOriginal(name: string, work: (client: Client, copy: string) => Promise<void>): Promise<void> {
    await using connection = connectUnix({ socketPath: real.socketPath });
    const client = createClient(connection);
    const copy = `${name}-b`;
    try {
      await withInstance({ client, name }, async () => {
        await work(client, copy);
        // The operations of both sides end, and what was begun is taken back.
        const going = async () =>
          (await client.operations.list()).filter(
            ({ status, resources }) => status === "Running" && JSON.stringify(resources).includes(name),
          );
        await expect.poll(going, { timeout: 40_000 }).toEqual([]);
        expect(await client.instances.listUrls({ filter: `name eq ${copy}` })).toEqual([]);
      });
    } finally {
      client.events.close();
    }
  }

  test("what the target refuses is tried in no other way", async () => {
    await withOriginal("refused", async (client, copy) => {
      const tried: CopyMode[] = [];
      const copying = copyInstance(
        { client, name: "refused" },
        { client, name: copy },
        { modes: ["pull", "push", "relay"], changes: { architecture: "none" }, onMode: ({ mode }) => tried.push(mode) },
      );
      await expect(copying).rejects.toMatchObject({ code: "BAD_REQUEST", request: "POST /1.0/instances" });
      expect(tried).toEqual(["pull"]);
    });
  });

  for (const mode of ["pull", "push", "relay"] as const) {
    test(`${mode}: when the target fails, both sides' causes are told`, async () => {
      const name = `failed-${mode}`;
      await withOriginal(name, async (client, copy) => {
        const changes = { devices: { eth7: { type: "nic", network: "no-such-network" } } };
        const copying = copyInstance({ client, name }, { client, name: copy }, { modes: [mode], changes });
        await expect(copying).rejects.toMatchObject({ message: expect.stringContaining("no-such-network") });
      });
    });

    test(`${mode}: an address at which nobody answers`, async () => {
      const name = `nobody-${mode}`;
      await withOriginal(name, async (client, copy) => {
        const addresses = ["127.0.0.1:1", "127.0.0.1:2"];
        const from = { client, name, addresses };
        const to = { client, name: copy, addresses };
        const code = mode === "relay" ? undefined : "COPY_FAILED";
        const outcome = await copyInstance(from, to, { modes: [mode] }).catch((error: unknown) => error);
        // A relay does not care where the servers listen.
        expect(outcome).toMatchObject(code === undefined ? { mode } : { code, errors: { length: 2 } });
        await removeInstance(client, copy);
      });
    });

    test(`${mode}: an abort ends it with its own reason`, async () => {
      const name = `aborted-${mode}`;
      await withOriginal(name, async (client, copy) => {
        const abort = new AbortController();
        const stop = (): void => {
          abort.abort(new Error("enough"));
        };
        const copying = copyInstance(
          { client, name },
          { client, name: copy },
          { modes: [mode], signal: abort.signal, onUpdate: stop, onRelayed: stop },
        );
        await expect(copying).rejects.toThrow(/^enough$/);
        // Servers that have found each other may come to the end.
        await expect
          .poll(
            async () =>
              (await client.operations.list()).filter(
                ({ status, resources }) => status === "Running" && JSON.stringify(resources).includes(copy),
              ),
            { timeout: 40_000 },
          )
          .toEqual([]);
        if (mode !== "relay") await removeInstance(client, copy);
      });
    });
  }
});

describeOnServers("copies of instances to another server", (real) => {
  test("each way is taken where the ones before do not work, and none leaves anything", async () => {
    await using bed = await openTestbed({ flavour: real.flavour });
    await using connection = connectUnix({ socketPath: real.socketPath });
    await using otherConnection = connectUnix({ socketPath: bed.socketPath });
    const [client, other] = [createClient(connection), createClient(otherConnection)];
    const name = "abroad";
    try {
      await withInstance({ client, name }, async () => {
        await prepare(real, client, name);
        await (await client.instances.setState(name, start)).wait();
        const copy = async (to: string): Promise<unknown> => {
          const tried: CopyAttempt[] = [];
          const outcome = await copyInstance(
            { client, name },
            { client: other, name: to },
            { allowInconsistent: true, onMode: (mode) => tried.push(mode) },
          );
          expect(tried.map(({ mode }) => mode)).toEqual([...outcome.failures.map(({ mode }) => mode), outcome.mode]);
          expect((await other.instances.get(to)).value).toMatchObject({ description: "the original" });
          expect(await read(bed, to, real)).toBe("second");
          return [...outcome.failures.map(({ mode, error }) => [mode, (error as LxdkitError).code]), outcome.mode];
        };
        expect(await copy("relayed")).toEqual([
          ["pull", "OPERATION_FAILED"],
          ["push", real.flavour === "lxd" ? "SERVER_ERROR" : "MIGRATION_FAILED"],
          "relay",
        ]);
        await letReach(real, bed, async () => {
          expect(await copy("pushed")).toEqual([["pull", "OPERATION_FAILED"], "push"]);
          await letReach(bed, real, async () => {
            expect(await copy("pulled")).toEqual(["pull"]);
          });
        });
        expect((await other.instances.listUrls()).length).toBe(3);
      });
    } finally {
      client.events.close();
      other.events.close();
    }
  });
});

/** An instance with a file that says `first` in its snapshot `s1` and `second` now. */
async function prepare(real: RealServer, client: Client, name: string): Promise<void> {
  const write = (text: string) => real.run([cli(real), "file", "push", "-", `${name}/root/note`], { input: text });
  await client.instances.patch(name, { description: "the original", config: { "user.kept": "1" } });
  await write("first");
  await (await client.instances.snapshots.create(name, { name: "s1" })).wait();
  await write("second");
}

async function read(bed: Pick<RealServer, "run">, name: string, real: RealServer): Promise<string> {
  return (await bed.run([cli(real), "file", "pull", `${name}/root/note`, "-"])).stdout;
}
