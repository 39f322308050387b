import { type Area, type BodyRule, reads } from "../area.ts";
import type { Call } from "../call.ts";
import { power } from "./files.ts";
import { makeInstance } from "./instances.ts";

const scripts = [
  "exit 3",
  "exit 126",
  "exit 127",
  "kill -9 $$",
  "echo out; echo err >&2",
  'echo "$A|$B|$HOME|$USER|$LANG|$PATH|$container"; pwd; id -u; id -g',
  "cat /root/a; echo more >> /root/a",
  "rm -f /root/a",
  "mkdir -p /root/d/e && echo made",
  "echo seen > /dev/console",
];

const commands: readonly (readonly string[])[] = [
  ...[["true"], ["false"], ["echo", "a b", "c"], ["cat", "/root/a"], ["cat", "/root/none"], ["pwd"]],
  ...[["no-such-command"], [""], ["/root/none"], ["/root/a"], ["/root"], []],
];

const content: BodyRule = (choices) => ({
  command: choices.chance(0.5) ? choices.one(commands) : ["sh", "-c", choices.one(scripts)],
  ...choices.some(
    {
      environment: choices.one([{ A: "1" }, { A: "b c", HOME: "/tmp" }, {}]),
      cwd: choices.one(["/tmp", "/no/such", ""]),
      user: choices.one([0, 1000]),
      group: choices.one([0, 1001]),
      interactive: false,
      width: 80,
    },
    0.25,
  ),
});

const recorded: BodyRule = (choices) => ({ ...content(choices), "record-output": true });

const bad: BodyRule = ({ one }) =>
  one<Readonly<Record<string, unknown>>>([
    { command: "true" },
    { command: [5] },
    { environment: { A: 5 } },
    { user: -1 },
    { user: "root" },
    { cwd: 5 },
    { "record-output": "yes" },
  ]);

/** An instance that runs and has a file. */
const running: readonly Call[] = [
  makeInstance("c1", { config: { "environment.B": "configured" } }),
  { method: "PUT", path: "/1.0/instances/c1/state", body: { action: "start" } },
  {
    method: "POST",
    path: "/1.0/instances/c1/files?path=/root/a",
    text: "text\n",
    headers: { "Content-Type": "application/octet-stream" },
  },
];

const exec = "/1.0/instances/c1/exec";
const logs = "/1.0/instances/<instance>/logs";

/** `/1.0/instances/{name}/exec`, and the outputs that it keeps. */
export const commandArea: Area = {
  name: "commands",
  isOfProject: true,
  prepare: () => running,
  templates: [
    { method: "POST", path: exec, body: content, bad, weight: 3 },
    { method: "POST", path: exec, body: recorded, bad, weight: 4 },
    { method: "POST", path: "/1.0/instances/c2/exec", body: content, weight: 0.5 },
    {
      method: "POST",
      path: exec,
      body: (c) => ({ ...content(c), "wait-for-websocket": true, "record-output": true }),
      isSpoilt: false,
      flavours: ["incus"],
      weight: 0.5,
    },
    ...reads("/1.0/operations/{operation}", "/1.0/operations/{operation}/websocket"),
    ...reads("/1.0/operations/{operation}/websocket?secret=wrong", "/1.0/operations/nope/websocket?secret=x"),
    ...reads("/1.0/instances/c1/files?path=/root/a"),
    { method: "GET", path: logs, weight: 0.5 },
    { method: "GET", path: `${logs}/{output}`, flavours: ["lxd"], weight: 3 },
    { method: "DELETE", path: `${logs}/{output}`, flavours: ["lxd"], weight: 1 },
    { method: "GET", path: `${logs}/exec-output`, flavours: ["incus"] },
    { method: "GET", path: `${logs}/exec-output/{output}`, flavours: ["incus"], weight: 3 },
    { method: "DELETE", path: `${logs}/exec-output/{output}`, flavours: ["incus"], weight: 1 },
    { method: "GET", path: `${logs}/exec-output/nope`, flavours: ["incus"], weight: 0.3 },
    { method: "PUT", path: "/1.0/instances/c1/state", body: power, weight: 0.3 },
    { method: "PUT", path: "/1.0/instances/c1/state", body: () => ({ action: "start" }), weight: 0.3 },
  ],
};

const console = "/1.0/instances/<instance>/console";

/** Consoles and logs of instances. */
export const consoles: Area = {
  name: "consoles",
  isOfProject: true,
  prepare: ({ chance }) => (chance(0.7) ? running : [makeInstance("c1")]),
  templates: [
    { method: "GET", path: console, weight: 2 },
    { method: "DELETE", path: console },
    {
      method: "POST",
      path: console,
      body: ({ some, one }) => some({ width: 80, height: 24, type: one(["console", "vga", "frob"]), force: true }),
      weight: 2,
    },
    ...reads("/1.0/operations/{operation}", "/1.0/operations/{operation}/websocket?secret=wrong"),
    ...reads("/1.0/operations/{operation}/websocket"),
    ...reads(logs, `${logs}/lxc.log`, `${logs}/nope`, `${logs}/exec_nope.stdout`),
    { method: "DELETE", path: `${logs}/lxc.log` },
    { method: "DELETE", path: `${logs}/nope`, weight: 0.5 },
    { method: "DELETE", path: `${logs}/exec_nope.stdout`, weight: 0.5 },
    { method: "PUT", path: "/1.0/instances/c1/state", body: power, weight: 0.7 },
  ],
};
