import { pause } from "../../core/clock.ts";
import type { InstanceFiles } from "../files/file-tree.ts";
import type { FakeCommand, FakeCommands } from "./command.ts";
import { split } from "./command-words.ts";
import type { Process } from "./processes.ts";
import { fileCommands } from "./file-commands.ts";
import { runShell } from "./shell/run-shell.ts";
import { textCommands } from "./text-commands.ts";

const env: FakeCommand = ({ args, environment, stdout, run }) => {
  const variables = { ...environment };
  const command = [...args];
  for (let word = command[0]; word?.includes("=") === true; word = command[0]) {
    const [name = ""] = word.split("=");
    variables[name] = word.slice(name.length + 1);
    command.shift();
  }
  if (command.length > 0) return run(command, { environment: variables });
  stdout.write(
    Object.entries(variables)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(""),
  );
  return 0;
};

/** A user or group with its name, as `id` shows it. */
function named(files: InstanceFiles, file: string, id: number): string {
  const lines = files.stat(file) === undefined ? "" : files.read(file).toString();
  const name = lines
    .split("\n")
    .find((line) => line.split(":")[2] === String(id))
    ?.split(":")[0];
  return name === undefined ? String(id) : `${String(id)}(${name})`;
}

const id: FakeCommand = ({ args, uid, gid, files, stdout }) => {
  const user = named(files, "/etc/passwd", uid);
  const group = named(files, "/etc/group", gid);
  const { options } = split(args);
  const chosen = options.has("g") ? group : user;
  const short = options.has("n") ? (/\((.*)\)/.exec(chosen)?.[1] ?? chosen) : String(options.has("g") ? gid : uid);
  stdout.write(options.has("u") || options.has("g") ? `${short}\n` : `uid=${user} gid=${group}\n`);
};

/** A time as `date` shows it. */
function dateText(time: Date, format = "+%Y-%m-%dT%H:%M:%SZ"): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const parts: Readonly<Record<string, string>> = {
    Y: String(time.getUTCFullYear()),
    m: two(time.getUTCMonth() + 1),
    d: two(time.getUTCDate()),
    H: two(time.getUTCHours()),
    M: two(time.getUTCMinutes()),
    S: two(time.getUTCSeconds()),
    s: String(Math.floor(time.getTime() / 1000)),
    F: time.toISOString().slice(0, 10),
    T: time.toISOString().slice(11, 19),
  };
  return format.replace(/^\+/, "").replace(/%([YmdHMSsFT])/g, (_, letter: string) => parts[letter] ?? "");
}

/** The programs that every instance of the fake has, as far as their most used options go. */
export const builtIns: FakeCommands = {
  ...fileCommands,
  ...textCommands,
  date: ({ args: [format], clock, stdout }) => void stdout.write(`${dateText(new Date(clock.now()), format)}\n`),
  env,
  false: () => 1,
  hostname: ({ files, stdout, instance }) => {
    stdout.write(files.stat("/etc/hostname") === undefined ? `${instance.name}\n` : files.read("/etc/hostname"));
  },
  id,
  printenv: ({ args: [name = ""], environment, stdout }) => {
    const value = environment[name];
    if (value !== undefined) stdout.write(`${value}\n`);
    return value === undefined ? 1 : 0;
  },
  ps: ({ processes, stdout }) => {
    const all = [{ pid: 1, uid: 0, command: "init" }, ...processes.list()];
    const line = ({ pid, uid, command }: Process): string =>
      `${String(pid).padStart(5)} ${(uid === 0 ? "root" : String(uid)).padEnd(8)} ${command}\n`;
    stdout.write(`  PID USER     COMMAND\n${all.map(line).join("")}`);
  },
  pwd: ({ directory, stdout }) => void stdout.write(`${directory}\n`),
  sh: runShell,
  sleep: async ({ args: [seconds = "0"], clock, signal }) => pause(clock, Number.parseFloat(seconds) * 1000, signal),
  stty: ({ args, terminal, stdout, stderr }) => {
    if (terminal === undefined) stderr.write("stty: standard input: Not a tty\n");
    else if (args[0] === "size") stdout.write(`${String(terminal().height)} ${String(terminal().width)}\n`);
    return terminal === undefined ? 1 : 0;
  },
  true: () => 0,
  tty: ({ terminal, stdout }) => {
    stdout.write(terminal === undefined ? "not a tty\n" : "/dev/pts/1\n");
    return terminal === undefined ? 1 : 0;
  },
  uname: ({ args, instance, stdout }) => {
    const { options } = split(args);
    const values = { s: "Linux", n: instance.name, r: "6.1.0-fake", m: "x86_64" };
    const letters = options.has("a") ? ["s", "n", "r", "m"] : options.size === 0 ? ["s"] : [...options.keys()];
    stdout.write(`${letters.map((letter) => values[letter as keyof typeof values] ?? "").join(" ")}\n`);
  },
  whoami: ({ uid, files, stdout }) => {
    stdout.write(`${/\((.*)\)/.exec(named(files, "/etc/passwd", uid))?.[1] ?? String(uid)}\n`);
  },
};
