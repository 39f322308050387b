import { request as httpRequest } from "node:http";
import { json } from "node:stream/consumers";
import { openTestbed, type Testbed } from "@lxdkit/testbed";
import { describeOnServers } from "@lxdkit/testbed/vitest";
import { LxdkitError } from "@lxdkit/protocol";
import { connectUnix } from "@lxdkit/transport";
import { expect, test } from "vitest";
import { begin } from "../call.ts";
import { type Client, createClient } from "../client.ts";
import type { ClientContext } from "../client-context.ts";
import type { OperationHandle } from "../operation-handle.ts";
import { settleCreation } from "../settle.ts";

const source = { type: "image", alias: "tiny" } as const;
const start = { action: "start", timeout: -1, force: false, stateful: false } as const;
const stop = { action: "stop", timeout: -1, force: true, stateful: false } as const;
const perKind = 9;

/** What the server says of a path: its status and metadata. */
interface Told {
  readonly status: number;
  readonly metadata: { readonly status?: string; readonly config?: Readonly<Record<string, string>> } | null;
}

/** One kind of operation: what must be there before, how it is begun, and whether its effect is there. */
interface Kind {
  readonly name: string;
  readonly before: "nothing" | "stopped" | "running";
  begin(instance: string): Promise<OperationHandle>;
  isDone(instance: string): Promise<boolean>;
  /** Whether the server leaves a trace that tells a complete change from one that was cut short. */
  readonly isTold: boolean;
}

describeOnServers("waits", ({ flavour }) => {
  test("fifty operations of six kinds: each wait ends with the truth, although the server is killed under them", async () => {
    await using bed = await openTestbed({ flavour });
    await using connection = connectUnix({ socketPath: bed.socketPath });
    const client = createClient(connection);
    const kinds = kindsOf(client, bed);
    const all = kinds.flatMap((kind) =>
      Array.from({ length: perKind }, (_, at) => ({ kind, instance: `${kind.name}-${String(at)}` })),
    );
    const prepare = async ({ kind, instance }: (typeof all)[number]): Promise<void> => {
      if (kind.before === "nothing") return;
      await (await client.instances.create({ name: instance, source })).wait();
      if (kind.before === "running") await (await client.instances.setState(instance, start)).wait();
    };
    await Promise.all(all.map(prepare));

    let ended = 0;
    let onFifteenth = (): void => undefined;
    const someEnded = new Promise<void>((resolve) => (onFifteenth = resolve));
    const waits = await Promise.all(
      all.map(async ({ kind, instance }) => {
        const handle = await kind.begin(instance);
        const outcome = handle.wait().finally(() => {
          ended += 1;
          if (ended === 15) onFifteenth();
        });
        outcome.catch(() => undefined);
        return { kind, instance, outcome };
      }),
    );
    await someEnded;
    await bed.killMember();
    expect(ended).toBeLessThan(all.length);
    await bed.startMember();
    const outcomes = await Promise.allSettled(waits.map(({ outcome }) => outcome));

    const wrong: string[] = [];
    for (const [at, { kind, instance }] of waits.entries()) {
      const result = outcomes[at];
      const isDone = await kind.isDone(instance);
      const code = result?.status === "rejected" ? codeOf(result.reason) : "fulfilled";
      // Where the server leaves no trace, an honest wait says that it does not know.
      const isRight =
        code === "fulfilled"
          ? isDone
          : code === "OPERATION_FAILED"
            ? !isDone
            : code === "OPERATION_GONE" && !kind.isTold;
      if (!isRight) wrong.push(`${instance}: ${code}, done: ${String(isDone)}`);
    }
    expect(wrong).toEqual([]);
    client.events.close();
  }, 180_000);
});

function kindsOf(client: Client, bed: Testbed): readonly Kind[] {
  const told = (path: string) => ask(bed.socketPath, path);
  const instanceIs = async (instance: string, status: string): Promise<boolean> =>
    (await told(`/1.0/instances/${instance}`)).metadata?.status === status;
  const context: ClientContext = {
    connection: client.connection,
    hub: client.events,
    project: undefined,
    target: undefined,
    info: (signal) => client.info({ signal }),
    operations: client.operations,
    look: () => Promise.resolve(undefined),
  };
  const isThere = async (path: string): Promise<boolean> => {
    const { exitCode } = await bed.run(["test", "-e", path], { allowFailure: true });
    return exitCode === 0;
  };
  const rootfs = (instance: string): string =>
    `${bed.members[0]?.directory ?? ""}/storage-pools/default/containers/${instance}/rootfs`;
  return [
    {
      name: "create",
      before: "nothing",
      begin: (name) => client.instances.create({ name, source }),
      // The server notes at the very end what the first start has to do; the last file of the image is there by then.
      isDone: async (name) =>
        (await told(`/1.0/instances/${name}`)).metadata?.config?.["volatile.apply_template"] !== undefined &&
        (await isThere(`${rootfs(name)}/var/log`)),
      isTold: true,
    },
    {
      name: "delete",
      before: "stopped",
      begin: (name) => client.instances.delete(name),
      isDone: async (name) => (await told(`/1.0/instances/${name}`)).status === 404,
      isTold: true,
    },
    {
      name: "start",
      before: "stopped",
      begin: (name) => client.instances.setState(name, start),
      isDone: (name) => instanceIs(name, "Running"),
      isTold: true,
    },
    {
      name: "stop",
      before: "running",
      begin: (name) => client.instances.setState(name, stop),
      isDone: (name) => instanceIs(name, "Stopped"),
      isTold: true,
    },
    {
      name: "snapshot",
      before: "stopped",
      begin: (name) => {
        const path = { name, snapshot: "s" };
        const settle = settleCreation(context, "GET /1.0/instances/{name}/snapshots/{snapshot}", { path });
        const body = { name: "s", stateful: false };
        return begin(context, "POST /1.0/instances/{name}/snapshots", { path: { name }, body }, settle);
      },
      isDone: async (name) => (await told(`/1.0/instances/${name}/snapshots/s`)).status === 200,
      isTold: false,
    },
    {
      name: "exec",
      before: "running",
      begin: async (name) => {
        const script = `sleep 0.${name.at(-1) ?? "0"}; touch /root/mark`;
        return (await client.instances.exec.detach(name, ["sh", "-c", script])).operation;
      },
      isDone: (name) => isThere(`${rootfs(name)}/root/mark`),
      isTold: false,
    },
  ];
}

function codeOf(error: unknown): string {
  return LxdkitError.is(error) ? error.code : String(error);
}

/** Asks with Node's own HTTP client: a second, independent reading. */
async function ask(socketPath: string, path: string): Promise<Told> {
  return new Promise((resolve, reject) => {
    httpRequest({ socketPath, path, agent: false }, (answer) => {
      json(answer).then((envelope) => {
        resolve({ status: answer.statusCode ?? 0, metadata: (envelope as Told).metadata });
      }, reject);
    })
      .on("error", reject)
      .end();
  });
}
