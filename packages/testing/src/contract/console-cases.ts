import assert from "node:assert/strict";
import type { Operation } from "@lxdkit/protocol";
import type { ContractCase, ContractTarget } from "./contract-case.ts";
import { connect, endOf, plainExec, type RawSocket, withRunning } from "./own-exec.ts";
import { bringTo, withInstance } from "./own-instance.ts";
import { assertAllRefused, assertDone, type Fields, of } from "./own-object.ts";
import { listenToEvents } from "./raw-events.ts";
import { type Answer, assertRefused, eventually, get, send } from "./raw-http.ts";

interface RawConsole {
  readonly operation: string;
  readonly answer: Answer;
  readonly screen: RawSocket;
  readonly control: RawSocket;
}

async function openConsole(target: ContractTarget, path: string, body: Fields = {}): Promise<RawConsole> {
  const answer = await send(target, "POST", `${path}/console`, { body });
  assert.equal(answer.status, 202, answer.text);
  const operation = answer.headers.location ?? "";
  const { metadata } = answer.metadata as { metadata: { fds: Record<string, string> } };
  assert.deepEqual(Object.keys(metadata.fds), ["0", "control"]);
  const control = await connect(target, operation, metadata.fds["control"] ?? "");
  const screen = await connect(target, operation, metadata.fds["0"] ?? "");
  return { operation, answer, screen, control };
}

/** Writes to the console from inside until the screen shows it; a server attaches a moment after the sockets are there. */
async function showsWhatIsWritten(target: ContractTarget, path: string, screen: RawSocket): Promise<void> {
  await eventually("the console shows what is written to it", async () => {
    await plainExec(target, path, { command: ["sh", "-c", "echo from inside > /dev/console"] });
    return screen.received.includes("from inside\r\r\r\n") ? true : undefined;
  });
}

/** The consoles of instances. */
export const consoleCases: readonly ContractCase[] = [
  {
    name: "a console shows what the instance writes and what is typed, and keeps it in its log",
    async run(target) {
      await withRunning(target, async (path) => {
        const { answer, screen, control, operation } = await openConsole(target, path, { width: 80, height: 24 });
        const { class: kind, description, may_cancel } = answer.metadata as Operation;
        const isIncus = target.flavour === "incus";
        assert.deepEqual([kind, description, may_cancel], ["websocket", "Showing console", isIncus]);
        await showsWhatIsWritten(target, path, screen);
        screen.send(Buffer.from("typed\r"));
        await eventually("the echo", () => Promise.resolve(screen.received.includes("typed\r\r\r\n") || undefined));
        control.send(JSON.stringify({ command: "window-resize", args: { width: "100", height: "40" } }));
        control.close();
        const ended = await endOf(target, operation);
        assert.deepEqual([ended.status, ended.err], ["Success", ""]);
        assert.equal(await screen.closed, 1006);
        const log = await get(target, `${path}/console`);
        assert.equal(log.status, 200);
        assert.match(log.text, /from inside\r\n(?:[^]*)typed\r\n/);
        assert.equal(log.headers["content-disposition"], "inline;filename=");
        await bringTo(target, path, { action: "stop", force: true, timeout: -1 });
        const file = await get(target, `${path}/console`);
        assert.ok(file.text.startsWith(log.text));
        assert.match(file.headers["content-disposition"] ?? "", /^inline;filename=\/.*\/console\.log$/);
        assertDone(await send(target, "DELETE", `${path}/console`));
        const emptied = await get(target, `${path}/console`);
        assert.deepEqual([emptied.status, emptied.text], [200, ""]);
      });
    },
  },
  {
    name: "a console whose screen is closed first ends with its control socket, for LXD with a failure",
    async run(target) {
      await withRunning(target, async (path) => {
        const { screen, control, operation } = await openConsole(target, path);
        await showsWhatIsWritten(target, path, screen);
        screen.close();
        await screen.closed;
        assert.equal(((await get(target, operation)).metadata as Operation).status, "Running");
        control.close();
        const { status, err } = await endOf(target, operation);
        const failure = ["Failure", "write /dev/pts/ptmx: file already closed"];
        assert.deepEqual([status, err], of(target, { lxd: failure, incus: ["Success", ""] }));
      });
    },
  },
  {
    name: "a console hears that its instance was stopped, and goes on until the client hangs up",
    async run(target) {
      await withRunning(target, async (path) => {
        const { screen, control, operation } = await openConsole(target, path);
        await showsWhatIsWritten(target, path, screen);
        await bringTo(target, path, { action: "stop", force: true, timeout: -1 });
        await eventually("the end", () => Promise.resolve(screen.texts.length > 0 || undefined));
        assert.deepEqual(screen.texts, [""]);
        assert.equal(((await get(target, operation)).metadata as Operation).status, "Running");
        screen.close();
        control.close();
        await endOf(target, operation);
      });
    },
  },
  {
    name: "on Incus a console has one client, who can be thrown out; on LXD it has many",
    async run(target) {
      await withRunning(target, async (path) => {
        const first = await openConsole(target, path);
        await showsWhatIsWritten(target, path, first.screen);
        const plain = await send(target, "POST", `${path}/console`, { body: {} });
        if (target.flavour === "lxd") {
          assert.equal(plain.status, 202);
          return first.control.close();
        }
        assertRefused(plain, 500, "This console is already connected. Force is required to take it over.");
        const second = await openConsole(target, path, { force: true });
        assert.equal(await first.screen.closed, 1006);
        assert.equal(await first.control.closed, 1006);
        const cancelled = (await get(target, first.operation)).metadata as Operation;
        // Its work is over and is cancelled in the same moment: either may come first.
        assert.match(cancelled.status, /^(?:Cancelled|Success)$/);
        second.control.close();
        assert.equal((await endOf(target, second.operation)).status, "Success");
      });
    },
  },
  {
    name: "consoles and logs of them that cannot be are refused",
    async run(target) {
      const isLxd = target.flavour === "lxd";
      const none = "/1.0/instances/no-such-instance/console";
      const loaded = 'Failed to fetch instance "no-such-instance" in project "default": Instance not found';
      const nobody = isLxd ? "Instance not found" : loaded;
      await withInstance(target, async (path) => {
        const url = `${path}/console`;
        await assertAllRefused(target, [
          ["GET", none, undefined, 404, nobody],
          ["POST", none, {}, 404, nobody],
          ["DELETE", none, undefined, 404, loaded],
          ["POST", url, "{bad", 400, /./],
          ["POST", url, {}, 400, "Instance is not running"],
          ["DELETE", url, undefined, 404, /^stat .*\/console\.log: no such file or directory$/],
          ["PUT", url, {}, 501, "not implemented"],
        ]);
        const log = await get(target, url);
        if (isLxd) assertRefused(log, 500, /^open .*\/console\.log: no such file or directory$/);
        else assert.deepEqual([log.status, log.text, log.headers["content-type"]], [200, "", "application/json"]);
        await bringTo(target, path, { action: "start" });
        await assertAllRefused(target, [
          ["POST", url, { type: "odd" }, 400, 'Unknown console type "odd"'],
          ["POST", url, { type: "vga" }, 400, "VGA console is only supported by virtual machines"],
        ]);
        await bringTo(target, path, { action: "freeze" });
        await assertAllRefused(target, [["POST", url, {}, 400, "Instance is frozen"]]);
      });
    },
  },
  {
    name: "what happens to a console is told",
    async run(target) {
      await withRunning(target, async (path, name) => {
        const events = await listenToEvents(target, "?type=lifecycle");
        try {
          const session = await openConsole(target, path);
          await showsWhatIsWritten(target, path, session.screen);
          session.control.close();
          await get(target, `${path}/console`);
          assertDone(await send(target, "DELETE", `${path}/console`));
          const names = of<Fields>(target, { lxd: {}, incus: { name, project: "default" } });
          const requestor = { username: "root", protocol: "unix", address: "@" };
          const caller = of<Fields>(target, { lxd: {}, incus: { requestor } });
          const told = [
            { action: "instance-console", context: { type: "console" }, ...caller },
            { action: "instance-console-retrieved" },
            { action: "instance-console-reset" },
          ];
          for (const event of told) {
            const seen = await events.find(event.action, ({ metadata }) => {
              const { action, source } = metadata as Fields;
              return action === event.action && source === path;
            });
            assert.deepEqual(seen.metadata, { source: path, ...event, ...names });
          }
        } finally {
          events.close();
        }
      });
    },
  },
];
