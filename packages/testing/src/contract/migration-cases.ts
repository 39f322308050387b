import assert from "node:assert/strict";
import type { Instance, Operation, ServerInfo } from "@lxdkit/protocol";
import type { ContractCase, ContractTarget } from "./contract-case.ts";
import { snapshot, snapshotNames } from "./instance-snapshot-cases.ts";
import { bringTo, cleaningUp, post, readInstance, uniqueName, withInstance } from "./own-instance.ts";
import { type Fields, of, read } from "./own-object.ts";
import { type Answer, assertRefused, assertSync, fails, get, send, succeeds } from "./raw-http.ts";

const wanted = { profiles: ["default"], architecture: "x86_64" };

/** Where an operation of the target itself can be reached from elsewhere. */
async function sideOf(target: ContractTarget, operation: Operation): Promise<Fields> {
  const { environment } = (await get(target, "/1.0")).metadata as ServerInfo;
  return {
    operation: `${target.httpsUrl ?? ""}/1.0/operations/${operation.id}`,
    certificate: environment?.certificate ?? "",
    secrets: operation.metadata,
  };
}

/** Asks for a way out. */
async function offer(target: ContractTarget, path: string, body: Fields): Promise<Operation> {
  const answer = await send(target, "POST", path, { body: { ...body, migration: true } });
  assert.equal(answer.status, 202, answer.text);
  return answer.metadata as Operation;
}

/** Lets the target take an instance from itself. */
async function pull(
  target: ContractTarget,
  path: string,
  body: Fields,
  instance: Fields & { readonly source?: Fields },
): Promise<{ readonly sent: Operation; readonly made: Operation }> {
  const sent = await offer(target, path, body);
  const side = await sideOf(target, sent);
  const source = { type: "migration", mode: "pull", ...side, ...instance.source };
  const made = await succeeds(target, await post(target, { ...wanted, ...instance, source }));
  await get(target, `/1.0/operations/${sent.id}/wait?timeout=30`);
  return { sent: (await get(target, `/1.0/operations/${sent.id}`)).metadata as Operation, made };
}

async function instanceAt(target: ContractTarget, name: string): Promise<Instance> {
  return (await readInstance(target, `/1.0/instances/${name}`)).instance;
}

function receive(target: ContractTarget, name: string, source: Fields, extra: Fields = wanted): Promise<Answer> {
  return post(target, { name, ...extra, source: { type: "migration", ...source } });
}

const unreachable = {
  mode: "pull",
  operation: "https://127.0.0.1:1/1.0/operations/3d00599d-a114-4056-86e9-bf1fb335a09d",
  secrets: { control: "a", fs: "b" },
};

/** Instances on their way from one server to another; here both are the target. */
export const migrationCases: readonly ContractCase[] = [
  {
    name: "pull: a server takes an instance with its snapshots from another one",
    needs: "httpsUrl",
    async run(target) {
      const name = uniqueName();
      await cleaningUp(target, name, () =>
        withInstance(target, async (path, source) => {
          const expires = "2031-01-01T00:00:00Z";
          await succeeds(target, await snapshot(target, path, { name: "s1", expires_at: expires }));
          const config = { "user.b": "2", "volatile.base_image": "abc" };
          const { sent, made } = await pull(target, path, { name: source }, { name, config, description: "x" });
          assert.deepEqual([sent.class, sent.description, sent.status], ["websocket", "Migrating instance", "Success"]);
          assert.ok(["control", "fs"].every((key) => /^[0-9a-f]{64}$/.test(String(sent.metadata[key]))));
          assert.deepEqual([made.class, made.description], ["task", "Creating instance"]);
          const url = `/1.0/instances/${name}`;
          assert.deepEqual(
            made.resources,
            of<unknown>(target, {
              lxd: { containers: [`/1.0/containers/${name}`], instances: [url] },
              incus: { instances: [url] },
            }),
          );
          const instance = await instanceAt(target, name);
          assert.deepEqual([instance.description, instance.status], ["x", "Stopped"]);
          assert.equal(instance.config["user.b"], "2");
          assert.equal(instance.config["volatile.base_image"], "abc");
          assert.equal(instance.config["volatile.apply_template"], "copy");
          assert.equal(instance.config["image.os"], undefined);
          const root = { root: { path: "/", pool: "default", type: "disk" } };
          assert.deepEqual(instance.devices, of<unknown>(target, { lxd: {}, incus: root }));
          assert.equal((await read(target, `${url}/snapshots/s1`)).object["expires_at"], expires);
          // What is inside came along.
          await bringTo(target, url, { action: "start" });
        }),
      );
    },
  },
  {
    name: "push: a server hands an instance to another one that waits for it",
    needs: "httpsUrl",
    async run(target) {
      const name = uniqueName();
      await cleaningUp(target, name, () =>
        withInstance(target, async (path) => {
          await succeeds(target, await snapshot(target, path, { name: "s1" }));
          const answer = await receive(target, name, { mode: "push" });
          const waiting = answer.metadata as Operation;
          assert.deepEqual([waiting.class, waiting.description], ["websocket", "Creating instance"]);
          assert.equal(waiting.may_cancel, false);
          // It is there before anybody sends it.
          assert.equal((await instanceAt(target, name)).status, "Stopped");
          const wrong = await get(target, `/1.0/operations/${waiting.id}/websocket?secret=zzz`);
          if (target.flavour === "lxd") assertRefused(wrong, 500, "permission denied");
          else assertRefused(wrong, 403, "Invalid migration sink secret");
          const body = { migration: true, target: await sideOf(target, waiting) };
          const sent = await succeeds(target, await send(target, "POST", path, { body }));
          assert.deepEqual([sent.class, sent.description], ["task", "Migrating instance"]);
          await succeeds(target, answer);
          assert.deepEqual(await snapshotNames(target, `/1.0/instances/${name}`), ["s1"]);
        }),
      );
    },
  },
  {
    name: "a snapshot goes to another server as an instance, and an instance without its snapshots",
    needs: "httpsUrl",
    async run(target) {
      const [one, other] = [uniqueName(), uniqueName()];
      await cleaningUp(target, one, () =>
        cleaningUp(target, other, () =>
          withInstance(target, async (path) => {
            await succeeds(target, await snapshot(target, path, { name: "s1" }));
            const { sent } = await pull(target, `${path}/snapshots/s1`, { name: "s1" }, { name: one });
            assert.deepEqual([sent.description, sent.status], ["Transferring snapshot", "Success"]);
            assert.deepEqual(await snapshotNames(target, `/1.0/instances/${one}`), []);
            await pull(target, path, { instance_only: true }, { name: other });
            assert.deepEqual(await snapshotNames(target, `/1.0/instances/${other}`), []);
          }),
        ),
      );
    },
  },
  {
    name: "a refresh from another server brings new snapshots and leaves the rest",
    needs: "httpsUrl",
    async run(target) {
      const name = uniqueName();
      await cleaningUp(target, name, () =>
        withInstance(target, async (path) => {
          await succeeds(target, await snapshot(target, path, { name: "s1" }));
          await pull(target, path, {}, { name, config: { "user.b": "2" } });
          const before = await instanceAt(target, name);
          await succeeds(target, await snapshot(target, path, { name: "s2" }));
          await pull(target, path, {}, { name, config: { "user.b": "3" }, source: { refresh: true } });
          assert.deepEqual(await snapshotNames(target, `/1.0/instances/${name}`), ["s1", "s2"]);
          assert.deepEqual(await instanceAt(target, name), before);
        }),
      );
    },
  },
  {
    name: "an instance that cannot be taken from another server is refused or goes with the failure",
    needs: "httpsUrl",
    async run(target) {
      const name = uniqueName();
      await cleaningUp(target, name, () =>
        withInstance(
          target,
          async (path, source) => {
            const { flavour } = target;
            const about = "Error transferring instance data: ";
            const onTarget = flavour === "lxd" ? "" : "Failed waiting for migration control connection on target: ";
            const refused = "Unable to connect to: 127.0.0.1:1 ([dial tcp 127.0.0.1:1: connect: connection refused])";
            await fails(target, await receive(target, name, unreachable), `${about}${onTarget}${refused}`);
            assertRefused(await get(target, `/1.0/instances/${name}`), 404);
            const sent = await offer(target, path, {});
            const wrong = { ...(await sideOf(target, sent)), secrets: { control: "x", fs: "y" } };
            const handshake = `${about}${onTarget}websocket: bad handshake`;
            await fails(target, await receive(target, name, { mode: "pull", ...wrong }), handshake);
            assertRefused(await get(target, `/1.0/instances/${name}`), 404);
            const socket = await get(target, `/1.0/operations/${sent.id}/websocket?secret=zzz`);
            if (flavour === "lxd") assertRefused(socket, 500, "permission denied");
            else assertRefused(socket, 403, "Invalid migration source secret");
            assert.equal(sent.may_cancel, true);
            assertSync(await send(target, "DELETE", `/1.0/operations/${sent.id}`));
            const bare = { profiles: ["default"] };
            const lacks = "Architecture isn't supported: ";
            assertRefused(await receive(target, name, unreachable, bare), 400, lacks);
            const quark = { ...bare, architecture: "quark" };
            assertRefused(await receive(target, name, unreachable, quark), 400, `${lacks}quark`);
            const record = "Failed creating instance record";
            const foreign = `${record}: Requested architecture isn't supported by this host`;
            const strange = await receive(target, name, unreachable, { ...bare, architecture: "aarch64" });
            if (flavour === "lxd") assertRefused(strange, 500, foreign);
            else await fails(target, strange, `${about}${onTarget}${refused}`);
            const mode = await receive(target, name, { ...unreachable, mode: "foo" });
            assertRefused(mode, 501, 'Mode "foo" not implemented');
            assertRefused(await receive(target, name, {}), 501, 'Mode "" not implemented');
            const bad = await receive(target, name, { ...unreachable, certificate: "xx" });
            const dialer = "Failed setting up websocket dialer for migration sink connections";
            const certificate = of(target, {
              lxd: "Invalid certificate",
              incus: `${dialer}: Failed PEM decoding certificate`,
            });
            assertRefused(bad, 500, certificate);
            const taken = of(target, {
              lxd: 'This "instances" entry already exists',
              incus:
                'Failed to create "instances" entry: UNIQUE constraint failed: instances.project_id, instances.name',
            });
            const twice = await receive(target, source, unreachable);
            assertRefused(twice, 500, `${record}: Add instance info to the database: ${taken}`);
          },
          { source: { type: "none" } },
        ),
      );
    },
  },
  {
    name: "a running container goes nowhere without CRIU; only Incus sends its files all the same",
    async run(target) {
      await withInstance(target, async (path) => {
        await bringTo(target, path, { action: "start" });
        const live = await send(target, "POST", path, { body: { migration: true, live: true } });
        const text = of(target, {
          lxd: "Unable to perform container live migration. CRIU isn't installed on the source server",
          incus:
            "Unable to perform live container migration. CRIU isn't installed on the source server. " +
            "To migrate the container, stop the container before migration or install CRIU on the source server",
        });
        assertRefused(live, 500, text);
        const plain = await send(target, "POST", path, { body: { migration: true } });
        if (target.flavour === "lxd") return assertRefused(plain, 500, text);
        const { id } = plain.metadata as Operation;
        assertSync(await send(target, "DELETE", `/1.0/operations/${id}`));
      });
    },
  },
];
