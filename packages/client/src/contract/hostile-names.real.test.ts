import { text } from "node:stream/consumers";
import { describeOnServers } from "@lxdkit/testbed/vitest";
import { LxdkitError } from "@lxdkit/protocol";
import { expect, test } from "vitest";
import type { OperationHandle } from "../operation-handle.ts";
import { withClient } from "./with-client.ts";
import { source, withInstance } from "./with-instance.ts";

/** Names that are not `name`, but that something on the way to the server could take for it. */
function namesLike(name: string): readonly string[] {
  const escaped = Buffer.from(name).toString("hex").replaceAll(/../g, "%$&");
  return [
    "",
    ".",
    "..",
    `${name}/`,
    `/${name}`,
    `./${name}`,
    `x/../${name}`,
    `${name}/../${name}`,
    `../../1.0/instances/${name}`,
    `${name}/state`,
    `${name}?recursion=1`,
    `?${name}`,
    `${name}#x`,
    `${name}&x`,
    `${name};x`,
    `${name}\\`,
    escaped,
    encodeURIComponent(escaped),
    `x%2F..%2F${name}`,
    `${name}%00`,
    `${name}\0`,
    `${name}\0x`,
    `${name}\t`,
    `${name}\r\nX: y`,
    ` ${name}`,
    `${name} `,
    `${name}\u0001`,
    `${name}🦑`,
    name.toUpperCase(),
    `${name}${"x".repeat(64)}`,
    `${name}\uD800`,
  ];
}

/** Codes that say that nothing of that name was found, or that it was not even looked for. */
const refusals: ReadonlySet<string> = new Set(["NOT_FOUND", "BAD_REQUEST", "BAD_PATH_SEGMENT", "BAD_TEXT"]);

/** A change with its operation. */
async function finished(begun: Promise<OperationHandle>): Promise<void> {
  await (await begun).wait();
}

/** The calls that the server, or we, did not refuse for each of the names. */
async function accepted(
  names: readonly string[],
  calls: (name: string) => Readonly<Record<string, () => Promise<unknown>>>,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of names) {
    for (const [call, run] of Object.entries(calls(name))) {
      try {
        await run();
        found.push(`${call} ${JSON.stringify(name)}`);
      } catch (error) {
        const code = LxdkitError.is(error) ? error.code : String(error);
        if (!refusals.has(code)) found.push(`${call} ${JSON.stringify(name)}: ${String(error)}`);
      }
    }
  }
  return found;
}

describeOnServers("hostile names", (real) => {
  test("none reaches an instance of another name, nor anything below it", async () => {
    await withClient(real, async (client) => {
      const name = "hostile-one";
      await withInstance({ client, name }, async () => {
        const { instances } = client;
        await (await instances.snapshots.create(name, { name: "s1" })).wait();
        await (await instances.backups.create(name, { name: "b1", compression_algorithm: "none" })).wait();
        await instances.metadata.templates.write(name, "t1.tpl", Buffer.from("template"));
        const state = async () => [
          (await instances.getFull(name)).value,
          await instances.metadata.templates.list(name),
          await instances.logs.listUrls(name),
        ];
        const before = await state();
        const content = Buffer.from("x");
        const reached = [
          ...(await accepted(namesLike(name), (like) => ({
            get: () => instances.get(like),
            patch: () => instances.patch(like, { description: "reached" }),
            rename: () => instances.rename(like, "reached"),
            delete: () => instances.delete(like),
            "snapshots.list": () => instances.snapshots.list(like),
            "snapshots.create": () => instances.snapshots.create(like, { name: "reached" }),
            "consoleLog.clear": () => instances.consoleLog.clear(like),
          }))),
          ...(await accepted(namesLike("s1"), (like) => ({
            get: () => instances.snapshots.get(name, like),
            update: () => instances.snapshots.update(name, like, { expires_at: "2090-01-01T00:00:00Z" }),
            rename: () => instances.snapshots.rename(name, like, "reached"),
            delete: () => instances.snapshots.delete(name, like),
          }))),
          ...(await accepted(namesLike("b1"), (like) => ({
            get: () => instances.backups.get(name, like),
            export: () => instances.backups.export(name, like),
            delete: () => instances.backups.delete(name, like),
          }))),
          ...(await accepted(namesLike("lxc.log"), (like) => ({
            get: () => instances.logs.get(name, like),
            delete: () => instances.logs.delete(name, like),
          }))),
        ];
        expect(reached).toEqual([]);
        // These are the names of files, and most are good ones: they must stay apart from each other.
        for (const like of namesLike("t1.tpl")) {
          const write = instances.metadata.templates.write(name, like, content).catch(() => undefined);
          await write;
          await instances.metadata.templates.delete(name, like).catch(() => undefined);
        }
        expect(await state()).toEqual(before);
      });
    });
  }, 180_000);

  test("snapshots, backups and templates may have odd names, and are found under them", async () => {
    await withClient(real, async (client) => {
      const name = "hostile-two";
      await withInstance({ client, name }, async () => {
        const { snapshots, backups, metadata } = client.instances;
        const odd = ["s1", "%73%31", "%2573", "p%", "ü", "🦑", "h#x", "b\\x", "x".repeat(64)];
        for (const each of odd) {
          await (await snapshots.create(name, { name: each })).wait();
          await metadata.templates.write(name, each, Buffer.from(each));
        }
        for (const each of odd) {
          expect((await snapshots.get(name, each)).value.name).toBe(each);
          expect(await text((await metadata.templates.get(name, each)).body)).toBe(each);
        }
        for (const each of odd.slice(1)) {
          await (await snapshots.rename(name, each, `${each}-b`)).wait();
          await (await snapshots.delete(name, `${each}-b`)).wait();
          await metadata.templates.delete(name, each);
        }
        expect((await snapshots.list(name)).map((each) => each.name)).toEqual(["s1"]);
        expect(await metadata.templates.list(name)).toEqual(["s1"]);
        for (const each of [".", "..", "a/b", "../s1"]) {
          await expect(finished(snapshots.create(name, { name: each }))).rejects.toBeInstanceOf(LxdkitError);
          await expect(finished(snapshots.rename(name, "s1", each))).rejects.toBeInstanceOf(LxdkitError);
          await expect(finished(backups.create(name, { name: each }))).rejects.toBeInstanceOf(LxdkitError);
        }
        expect((await snapshots.list(name)).map((each) => each.name)).toEqual(["s1"]);
        for (const each of odd.slice(0, 4)) {
          await (await backups.create(name, { name: each, instance_only: true, compression_algorithm: "none" })).wait();
          expect((await backups.get(name, each)).name).toBe(each);
        }
        for (const each of odd.slice(1, 4)) await (await backups.delete(name, each)).wait();
        expect((await backups.list(name)).map((each) => each.name)).toEqual(["s1"]);
      });
    });
  }, 180_000);

  test("an alias may have almost any name, and is found under that one only", async () => {
    await withClient(real, async (client) => {
      const { aliases } = client.images;
      const { target } = (await aliases.get(source.alias)).value;
      const base = "hostile-alias";
      const made: string[] = [];
      try {
        for (const name of [base, ...namesLike(base)]) {
          const isMade = await aliases.create({ name, target, description: name }).then(
            () => true,
            (error: unknown) => {
              expect([name, LxdkitError.is(error) && refusals.has(error.code)]).toEqual([name, true]);
              return false;
            },
          );
          if (isMade) made.push(name);
        }
        expect(made.length).toBeGreaterThan(20);
        const listed = (await aliases.list()).filter(
          ({ name }) => name.toLowerCase().includes(base) || made.includes(name),
        );
        expect(listed.map(({ name }) => name).toSorted()).toEqual(made.toSorted());
        for (const name of made) {
          const reached = await aliases.get(name).then(
            ({ value }) => value.description,
            () => undefined,
          );
          // One that cannot be asked for is better than one that leads elsewhere.
          expect([name, undefined]).toContain(reached);
        }
      } finally {
        for (const name of made) await aliases.delete(name).catch(() => undefined);
      }
    });
  }, 180_000);
});
