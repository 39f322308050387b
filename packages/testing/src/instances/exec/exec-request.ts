import type { FakeState } from "../../core/fake-state.ts";
import { flagField, numberField, parseBody, textField, textListField, textMapField } from "../../core/json-body.ts";
import type { InstanceRecord } from "../../core/records.ts";
import { Refusal } from "../../core/refusal.ts";
import type { ApiRequest } from "../../core/router.ts";
import { expandedConfig } from "../instance-expansion.ts";
import { requireInstance } from "../instance-route.ts";
import type { TerminalSize } from "./command.ts";

/** A checked `POST /1.0/instances/{name}/exec`. */
export interface ExecRequest {
  readonly instance: InstanceRecord;
  readonly command: readonly string[];
  readonly hasSockets: boolean;
  readonly isInteractive: boolean;
  readonly isRecorded: boolean;
  /** What the operation tells; the container adds a few of its own. */
  readonly environment: Readonly<Record<string, string>>;
  readonly size: TerminalSize;
  readonly uid: number;
  readonly gid: number;
  readonly directory: string;
}

const usualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Reads and checks the request. */
export function readExec(request: ApiRequest): ExecRequest {
  const { state } = request;
  const body = parseBody(request);
  const read = {
    command: textListField(body, "command") ?? [],
    hasSockets: flagField(body, "wait-for-websocket"),
    isInteractive: flagField(body, "interactive"),
    isRecorded: flagField(body, "record-output"),
    size: { width: numberField(body, "width"), height: numberField(body, "height") },
    uid: idField(numberField(body, "user"), "user"),
    gid: idField(numberField(body, "group"), "group"),
  };
  const wanted = textMapField(body, "environment") ?? {};
  const directory = textField(body, "cwd");
  if (state.flavour === "incus" && read.hasSockets && read.isRecorded) {
    throw new Refusal(400, 'Cannot use "record-output" in combination with "wait-for-websocket"');
  }
  const instance = requireInstance(request);
  checkRunning(instance);
  const environment = environmentOf(state, instance, wanted, read.uid);
  return { ...read, instance, environment, directory: directory || environment["HOME"] || "/" };
}

function idField(id: number, name: string): number {
  if (Number.isInteger(id) && id >= 0 && id < 2 ** 32) return id;
  throw new Refusal(
    400,
    `json: cannot unmarshal number ${String(id)} into Go struct field InstanceExecPost.${name} of type uint32`,
  );
}

/** Refuses what needs an instance that runs. */
export function checkRunning({ power, frozen }: InstanceRecord): void {
  if (power === undefined) throw new Refusal(400, "Instance is not running");
  if (frozen) throw new Refusal(400, "Instance is frozen");
}

/** What the caller wants comes before what the instance is configured with, and both before what is usual. */
function environmentOf(
  state: FakeState,
  instance: InstanceRecord,
  wanted: Readonly<Record<string, string>>,
  uid: number,
): Readonly<Record<string, string>> {
  const configured = Object.entries(expandedConfig(state, instance)).flatMap(([key, value]) =>
    key.startsWith("environment.") ? [[key.slice("environment.".length), value] as const] : [],
  );
  const ofRoot = uid === 0 ? { HOME: "/root", USER: "root" } : {};
  return { PATH: usualPath, LANG: "C.UTF-8", ...ofRoot, ...Object.fromEntries(configured), ...wanted };
}
