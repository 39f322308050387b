import { join } from "node:path";
import type { FakeState } from "../../core/fake-state.ts";
import { sortedMap } from "../../core/etag.ts";
import { flagField, numberField, parseBody, textField } from "../../core/json-body.ts";
import type { InstanceRecord } from "../../core/records.ts";
import { OperationFailure, Refusal } from "../../core/refusal.ts";
import { type ApiReply, type ApiRequest, type Caller, type Route, sync } from "../../core/router.ts";
import { serveFile } from "../../core/serve-content.ts";
import { tellInstance } from "../../events/lifecycle-event.ts";
import type { OperationRequest, OperationRun } from "../../operations/operation-store.ts";
import { createSocketSlots } from "../../operations/socket-slots.ts";
import { checkRunning } from "../exec/exec-request.ts";
import { requireInstance, requireLoaded } from "../instance-route.ts";
import { instanceResources } from "../instance-url.ts";
import { logFolder } from "../logs/log-files.ts";
import { createTerminal } from "../exec/terminal.ts";

/** `/1.0/instances/{name}/console`. */
export const consoleRoute: Route = {
  pattern: "/1.0/instances/{name}/console",
  methods: { GET: get, POST: post, DELETE: reset },
};

/** The log: while the instance runs out of its memory, afterwards out of a file. */
function get(request: ApiRequest): ApiReply {
  const { state } = request;
  const instance = requireInstance(request);
  const isRunning = instance.power !== undefined;
  const consoleLog = state.consoles.logOf(instance);
  const path = isRunning ? "" : join(logFolder(state, instance), "console.log");
  if (consoleLog === undefined || (isRunning && consoleLog.content === "")) {
    if (state.flavour === "lxd") throw new Refusal(500, `open ${path}: no such file or directory`);
    return empty();
  }
  if (isRunning) tellInstance(state, instance, "instance-console-retrieved", {});
  const { content, modifiedAt } = consoleLog;
  return serveFile(request, { filename: path, bytes: Buffer.from(content, "latin1"), modifiedAt });
}

/** Incus has an empty answer for a console that nobody ever wrote to. */
function empty(): ApiReply {
  return {
    kind: "raw",
    write(response) {
      response.writeHead(200, { "Content-Type": "application/json", "Content-Length": "0" });
      response.end();
      return Promise.resolve();
    },
  };
}

function reset(request: ApiRequest): ApiReply {
  const { state } = request;
  const instance = requireLoaded(request);
  if (instance.power === undefined && instance.consoleLog === undefined) {
    throw new Refusal(404, `stat ${join(logFolder(state, instance), "console.log")}: no such file or directory`);
  }
  instance.consoleLog = { content: "", modifiedAt: state.clock.now() };
  if (instance.power !== undefined) tellInstance(state, instance, "instance-console-reset", {});
  return sync({});
}

function post(request: ApiRequest): ApiReply {
  const { state, caller } = request;
  const body = parseBody(request);
  const size = { width: numberField(body, "width"), height: numberField(body, "height") };
  const type = textField(body, "type") || "console";
  const isForced = state.flavour === "incus" && flagField(body, "force");
  const isKnown = type === "console" || type === "vga";
  const unknown = new Refusal(400, `Unknown console type ${JSON.stringify(type)}`);
  if (!isKnown && state.flavour === "incus") throw unknown;
  const instance = requireInstance(request);
  if (!isKnown) throw unknown;
  if (type === "vga" && instance.type === "container") {
    throw new Refusal(400, "VGA console is only supported by virtual machines");
  }
  checkRunning(instance);
  makeRoom(state, instance, isForced);
  const operation = state.operations.start(session({ state, instance, caller, type, size }));
  if (state.flavour === "incus") {
    const others = state.consoleSessions;
    others.set(instance, operation);
    void operation.ended.then(() => others.get(instance) === operation && others.delete(instance));
  }
  return { kind: "operation", operation };
}

/** On Incus a console has one client at a time, who can be thrown out. */
function makeRoom({ consoleSessions }: FakeState, instance: InstanceRecord, isForced: boolean): void {
  const other = consoleSessions.get(instance);
  if (other === undefined) return;
  if (!isForced) throw new Refusal(500, "This console is already connected. Force is required to take it over.");
  other.cancel();
}

interface Session {
  readonly state: FakeState;
  readonly instance: InstanceRecord;
  readonly caller: Caller;
  readonly type: string;
  readonly size: { readonly width: number; readonly height: number };
}

function session({ state, instance, caller, type, size }: Session): OperationRequest {
  const { clock, random, flavour, consoles } = state;
  let isBroken = false;
  let tellReady = (): void => undefined;
  let tellLeft = (): void => undefined;
  const ready = new Promise<void>((resolve) => (tellReady = resolve));
  const left = new Promise<void>((resolve) => (tellLeft = resolve));
  const slots = createSocketSlots({
    names: ["0", "control"],
    clock,
    random,
    connected(name, socket) {
      if (name === "control") socket.on("close", tellLeft);
      else {
        socket.on("message", (data: Buffer, isBinary: boolean) => void (isBinary && terminal.type(data)));
        socket.on("close", () => (isBroken = true));
      }
      if (slots.get("0") && slots.get("control")) tellReady();
    },
  });
  // Nothing reads what is typed; the terminal of the instance shows it all the same.
  const terminal = createTerminal({
    size,
    show: (bytes) => consoles.write(instance, bytes.toString().replaceAll("\r\n", "\n")),
    kill: () => undefined,
  });
  terminal.stdin.resume();
  return {
    description: "Showing console",
    project: instance.project,
    resources: instanceResources(state, instance),
    metadata: { fds: sortedMap(slots.secrets) },
    mayCancel: flavour === "incus",
    connect: slots.connect,
    async work(run: OperationRun) {
      run.signal.addEventListener("abort", () => slots.cut());
      await ready;
      tellInstance(state, instance, "instance-console", {
        context: { type },
        caller: flavour === "incus" ? caller : undefined,
      });
      const socket = slots.get("0");
      const detach = consoles.attach(instance, {
        show: (bytes) => socket?.send(bytes, { binary: true }),
        ended() {
          isBroken = true;
          socket?.send("", { binary: false });
        },
      });
      await left;
      detach();
      // A cancelled session stays what it is.
      if (run.signal.aborted) await new Promise(() => undefined);
      if (isBroken && flavour === "lxd") throw new OperationFailure("write /dev/pts/ptmx: file already closed");
    },
    afterEnd: () => slots.cut(),
  };
}
