import assert from "node:assert/strict";
import type { Operation } from "@lxdkit/protocol";
import type { ContractCase } from "./contract-case.ts";
import { endOf, type RawExec, type RawSocket, startExec, withRunning } from "./own-exec.ts";
import type { Fields } from "./own-object.ts";
import { eventually, get } from "./raw-http.ts";

/** The terminal of a command, and its control socket. */
function ends({ sockets }: RawExec): { readonly terminal: RawSocket; readonly control: RawSocket } {
  const { "0": terminal, control } = sockets;
  assert.ok(terminal !== undefined && control !== undefined);
  return { terminal, control };
}

/** Waits until the terminal shows something. */
function shows(terminal: RawSocket, text: string): Promise<true> {
  return eventually(`the terminal shows ${JSON.stringify(text)}`, () =>
    Promise.resolve(terminal.received.includes(text) ? true : undefined),
  );
}

/** Waits until the server says that there is nothing more to come. */
function isOver(terminal: RawSocket): Promise<true> {
  return eventually("the end of the output", () => Promise.resolve(terminal.texts.length > 0 ? true : undefined));
}

/** Commands in instances that run on a terminal. */
export const terminalCases: readonly ContractCase[] = [
  {
    name: "a command on a terminal has one socket for all, and its operation ends when the client hangs up",
    async run(target) {
      await withRunning(target, async (path) => {
        // A server may lose what a command writes in the moment of its end, so it waits to be told.
        const command = ["sh", "-c", "stty size; echo out; echo err >&2; read x; exit 4"];
        const exec = await startExec(target, path, { command, interactive: true, width: 100, height: 30 });
        assert.deepEqual(Object.keys(exec.metadata["fds"] as Fields), ["0", "control"]);
        assert.equal(exec.metadata["interactive"], true);
        const { terminal, control } = ends(exec);
        await shows(terminal, "err\r\n");
        assert.equal(terminal.received, "30 100\r\nout\r\nerr\r\n");
        terminal.send(Buffer.from("\r"));
        await isOver(terminal);
        assert.deepEqual(terminal.texts, [""]);
        assert.equal(await control.closed, 1006);
        assert.equal(((await get(target, exec.operation)).metadata as Operation).status, "Running");
        terminal.close();
        const ended = await endOf(target, exec.operation);
        assert.deepEqual([ended.status, ended.metadata["return"]], ["Success", 4]);
      });
    },
  },
  {
    name: "a terminal shows what is typed, hands it on line by line, and has keys for the end and to interrupt",
    async run(target) {
      await withRunning(target, async (path) => {
        const cat = await startExec(target, path, { command: ["sh", "-c", "echo up; cat"], interactive: true });
        const typed = ends(cat);
        await shows(typed.terminal, "up\r\n");
        typed.terminal.send(Buffer.from("hx\x7fi\r"));
        await shows(typed.terminal, "hx\b \bi\r\nhi\r\n");
        typed.terminal.send(Buffer.from("\x04"));
        await isOver(typed.terminal);
        typed.terminal.close();
        assert.deepEqual((await endOf(target, cat.operation)).metadata["return"], 0);

        const sleep = await startExec(target, path, {
          command: ["sh", "-c", "echo up; exec sleep 60"],
          interactive: true,
        });
        const asleep = ends(sleep);
        await shows(asleep.terminal, "up");
        asleep.terminal.send(Buffer.from("\x03"));
        await isOver(asleep.terminal);
        asleep.terminal.close();
        assert.deepEqual((await endOf(target, sleep.operation)).metadata["return"], 130);
      });
    },
  },
  {
    name: "a terminal changes its size while a command runs",
    async run(target) {
      await withRunning(target, async (path) => {
        const body = {
          command: ["sh", "-c", "echo up; read x; stty size; read x"],
          interactive: true,
          width: 80,
          height: 24,
        };
        const exec = await startExec(target, path, body);
        const { terminal, control } = ends(exec);
        await shows(terminal, "up");
        control.send(JSON.stringify({ command: "window-resize", args: { width: "120", height: "40" } }));
        // Its effect comes a moment later, and nothing tells of it.
        await new Promise((resolve) => setTimeout(resolve, 300));
        terminal.send(Buffer.from("\r"));
        await shows(terminal, "40 120\r\n");
        terminal.send(Buffer.from("\r"));
        await isOver(terminal);
        terminal.close();
      });
    },
  },
  {
    name: "a control socket that is closed kills a command on a terminal, and a signal does",
    async run(target) {
      await withRunning(target, async (path) => {
        const body = { command: ["sh", "-c", "echo up; exec sleep 60"], interactive: true };
        for (const [act, status] of [
          [(control: RawSocket) => control.close(), 137],
          [(control: RawSocket) => control.send('{"command":"signal","signal":2}'), 130],
        ] as const) {
          const exec = await startExec(target, path, body);
          const { terminal, control } = ends(exec);
          await shows(terminal, "up");
          act(control);
          await isOver(terminal);
          terminal.close();
          assert.equal((await endOf(target, exec.operation)).metadata["return"], status);
        }
      });
    },
  },
  {
    name: "a shell on a terminal asks for commands, and ends with the status that it is told",
    async run(target) {
      await withRunning(target, async (path) => {
        const exec = await startExec(target, path, {
          command: ["sh"],
          interactive: true,
          environment: { TERM: "dumb" },
        });
        const { terminal } = ends(exec);
        await shows(terminal, "# ");
        terminal.send(Buffer.from("echo a'b c'\r"));
        await shows(terminal, "ab c\r\n");
        terminal.send(Buffer.from("exit 5\r"));
        await isOver(terminal);
        terminal.close();
        assert.equal((await endOf(target, exec.operation)).metadata["return"], 5);
      });
    },
  },
];
