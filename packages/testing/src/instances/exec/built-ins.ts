import { posix } from "node:path";
import { buffer } from "node:stream/consumers";
import { pause } from "../../core/clock.ts";
import type { InstanceFiles } from "../files/file-tree.ts";
import { listLine } from "../sftp/list-line.ts";
import type { CommandContext, FakeCommand, FakeCommands } from "./command.ts";
import { runShell } from "./shell/run-shell.ts";
import { testWords } from "./shell/test-words.ts";

function at({ directory }: CommandContext, path: string): string {
  return posix.isAbsolute(path) ? path : `${directory === "/" ? "" : directory}/${path}`;
}

/** Options and other words: `-n 3` counts when `valued` has its letter. */
function split(
  args: readonly string[],
  valued = "",
): { readonly options: Map<string, string>; readonly rest: string[] } {
  const options = new Map<string, string>();
  const rest: string[] = [];
  const left = [...args];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    if (word === "--") return { options, rest: [...rest, ...left] };
    if (!/^-[a-zA-Z]/.test(word)) rest.push(word);
    else if (valued.includes(word.charAt(1))) options.set(word.charAt(1), word.slice(2) || (left.shift() ?? ""));
    else for (const letter of word.slice(1)) options.set(letter, "");
  }
  return { options, rest };
}

/** Does something for each file and says of those that it fails for why. */
function forEach(
  context: CommandContext,
  paths: readonly string[],
  work: (path: string, name: string) => void,
): number {
  let status = 0;
  for (const name of paths) {
    try {
      work(at(context, name), name);
    } catch (error) {
      context.stderr.write(`${context.name}: ${name}: ${sentence(error)}\n`);
      status = 1;
    }
  }
  return status;
}

/** What the kernel says, with a capital letter as programs write it. */
function sentence(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The input of a filter: the files that are named, else its own input. */
async function inputOf(context: CommandContext, paths: readonly string[]): Promise<{ bytes: Buffer; status: number }> {
  if (paths.length === 0) return { bytes: await buffer(context.stdin), status: 0 };
  const parts: Buffer[] = [];
  const status = forEach(context, paths, (path) => parts.push(context.files.read(path)));
  return { bytes: Buffer.concat(parts), status };
}

const cat: FakeCommand = async (context) => {
  const { files, stdin, stdout } = context;
  const { rest } = split(context.args);
  let status = 0;
  for (const name of rest.length === 0 ? ["-"] : rest) {
    if (name !== "-") status = forEach(context, [name], (path) => void stdout.write(files.read(path))) || status;
    else for await (const bytes of stdin) await written(context, bytes as Buffer);
  }
  return status;
};

/** Writes no faster than the other side reads. */
function written({ stdout, signal }: CommandContext, bytes: Buffer): Promise<void> {
  if (stdout.write(bytes) || signal.aborted || stdout.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const go = (): void => {
      stdout.off("drain", go).off("close", go);
      resolve();
    };
    stdout.on("drain", go).on("close", go);
  });
}

const echo: FakeCommand = ({ args, stdout }) => {
  const isBare = args[0] === "-n";
  stdout.write(`${(isBare ? args.slice(1) : args).join(" ")}${isBare ? "" : "\n"}`);
};

const printf: FakeCommand = ({ args: [format = "", ...values], stdout }) => {
  const plain = format.replace(/\\([ntr\\])/g, (_, letter: string) => ({ n: "\n", t: "\t", r: "\r" })[letter] ?? "\\");
  do stdout.write(plain.replace(/%([sd%])/g, (_, kind: string) => (kind === "%" ? "%" : (values.shift() ?? ""))));
  while (values.length > 0 && /%[sd]/.test(plain));
};

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

const ls: FakeCommand = (context) => {
  const { args, files, stdout } = context;
  const { options, rest } = split(args);
  const isLong = options.has("l");
  const line = (path: string, name: string): string => {
    const stat = files.lstat(path);
    if (!isLong || stat === undefined) return `${name}\n`;
    return `${listLine(name, stat)}${stat.type === "symlink" ? ` -> ${files.readLink(path)}` : ""}\n`;
  };
  const isAmongMany = rest.length > 1;
  return forEach(context, rest.length === 0 ? ["."] : rest, (path, name) => {
    const stat = files.stat(path) ?? files.lstat(path);
    if (stat?.type !== "directory" || options.has("d")) {
      if (stat === undefined) throw new Error("No such file or directory");
      stdout.write(line(path, name));
      return;
    }
    if (isAmongMany) stdout.write(`${name}:\n`);
    const names = files
      .list(path)
      .toSorted()
      .filter((entry) => options.has("a") || !entry.startsWith("."));
    stdout.write(names.map((entry) => line(`${path}/${entry}`, entry)).join(""));
  });
};

const head: FakeCommand = async (context) => {
  const { options, rest } = split(context.args, "nc");
  const { bytes, status } = await inputOf(context, rest);
  const size = options.get("c");
  const lines = Number(options.get("n") ?? 10);
  const text = bytes.toString("latin1");
  const end =
    size === undefined
      ? text.split("\n").slice(0, lines).join("\n") + (text.split("\n").length > lines ? "\n" : "")
      : "";
  context.stdout.write(size === undefined ? Buffer.from(end, "latin1") : bytes.subarray(0, Number(size)));
  return status;
};

const tee: FakeCommand = async (context) => {
  const { options, rest } = split(context.args);
  const { bytes } = await inputOf(context, []);
  context.stdout.write(bytes);
  return forEach(context, rest, (path) =>
    options.has("a") ? context.files.append(path, bytes) : context.files.write(path, bytes),
  );
};

const wc: FakeCommand = async (context) => {
  const { options, rest } = split(context.args);
  const { bytes, status } = await inputOf(context, rest);
  const lines = bytes.filter((byte) => byte === 10).length;
  const words = bytes
    .toString()
    .split(/\s+/)
    .filter((word) => word !== "").length;
  const counts = [
    ["l", lines],
    ["w", words],
    ["c", bytes.length],
  ] as const;
  const shown = counts.filter(([letter]) => options.size === 0 || options.has(letter)).map(([, count]) => count);
  context.stdout.write(`${shown.join(" ")}\n`);
  return status;
};

const grep: FakeCommand = async (context) => {
  const { options, rest } = split(context.args);
  const [pattern = "", ...paths] = rest;
  const { bytes } = await inputOf(context, paths);
  const expression = new RegExp(
    options.has("F") ? pattern.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&") : pattern,
    options.has("i") ? "i" : "",
  );
  const lines = bytes.toString().split("\n");
  if (lines.at(-1) === "") lines.pop();
  const fits = lines.filter((line) => expression.test(line) !== options.has("v"));
  if (options.has("c")) context.stdout.write(`${String(fits.length)}\n`);
  else if (!options.has("q")) context.stdout.write(fits.map((line) => `${line}\n`).join(""));
  return fits.length === 0 ? 1 : 0;
};

const mkdir: FakeCommand = (context) => {
  const { options, rest } = split(context.args, "m");
  const { files } = context;
  return forEach(context, rest, (path) => {
    if (!options.has("p")) return files.makeDirectory(path);
    const parts = path.split("/");
    for (const [index] of parts.entries()) {
      const above = parts.slice(0, index + 1).join("/");
      if (above !== "" && files.stat(above) === undefined) files.makeDirectory(above);
    }
  });
};

const rm: FakeCommand = (context) => {
  const { options, rest } = split(context.args);
  const { files } = context;
  const remove = (path: string): void => {
    if (files.lstat(path)?.type === "directory") {
      if (!options.has("r") && !options.has("R")) throw new Error("is a directory");
      for (const name of files.list(path)) remove(`${path}/${name}`);
    }
    files.remove(path);
  };
  return forEach(context, rest, (path) => {
    if (!options.has("f") || files.lstat(path) !== undefined) remove(path);
  });
};

const chmod: FakeCommand = (context) => {
  const { rest } = split(context.args);
  const [mode = "", ...paths] = rest;
  return forEach(context, paths, (path) => {
    const now = context.files.stat(path)?.mode ?? 0;
    const bits = /^[0-7]+$/.test(mode) ? Number.parseInt(mode, 8) : mode.endsWith("+x") ? now | 0o111 : undefined;
    if (bits === undefined) throw new Error(`invalid mode '${mode}'`);
    context.files.change(path, { mode: bits & 0o777 });
  });
};

const chown: FakeCommand = (context) => {
  const [owner = "", ...paths] = split(context.args).rest;
  const [uid = "", gid] = owner.replace(/root/g, "0").split(":");
  return forEach(context, paths, (path) => {
    const group = gid === undefined ? {} : { gid: Number(gid) };
    context.files.change(path, { ...(uid === "" ? {} : { uid: Number(uid) }), ...group });
  });
};

const ln: FakeCommand = (context) => {
  const [target = "", name = ""] = split(context.args).rest;
  return forEach(context, [name], (path) => context.files.makeLink(target, path));
};

const mv: FakeCommand = (context) => {
  const [from = "", to = ""] = split(context.args).rest;
  return forEach(context, [from], (path) => context.files.rename(path, into(context, to, from)));
};

const cp: FakeCommand = (context) => {
  const [from = "", to = ""] = split(context.args).rest;
  const { files } = context;
  return forEach(context, [from], (path) => {
    const target = into(context, to, from);
    files.write(target, files.read(path));
    files.change(target, { mode: files.stat(path)?.mode ?? 0o644 });
  });
};

/** Where a file goes: into the directory that the target may be. */
function into(context: CommandContext, target: string, name: string): string {
  const path = at(context, target);
  return context.files.stat(path)?.type === "directory" ? `${path}/${posix.basename(name)}` : path;
}

const stat: FakeCommand = (context) => {
  const { options, rest } = split(context.args, "c");
  return forEach(context, rest, (path) => {
    const found = context.files.lstat(path);
    if (found === undefined) throw new Error("no such file or directory");
    const kinds = {
      file: "regular file",
      directory: "directory",
      symlink: "symbolic link",
      device: "character special file",
    };
    const values: Readonly<Record<string, string>> = {
      u: String(found.uid),
      g: String(found.gid),
      a: found.mode.toString(8),
      s: String(found.sizeBytes),
      F: found.type === "file" && found.sizeBytes === 0 ? "regular empty file" : kinds[found.type],
      n: path,
      Y: String(Math.floor(found.modifiedAt / 1000)),
    };
    const format = options.get("c") ?? "%n: %F, %s bytes, mode %a, owner %u:%g";
    context.stdout.write(`${format.replace(/%([ugasFnY])/g, (_, letter: string) => values[letter] ?? "")}\n`);
  });
};

/** The programs that every instance of the fake has, as far as their most used options go. */
export const builtIns: FakeCommands = {
  "[": (context) => (context.args.at(-1) === "]" ? testWords(context, context.args.slice(0, -1)) : 2),
  cat,
  chmod,
  chown,
  cp,
  echo,
  env,
  false: () => 1,
  grep,
  head,
  hostname: ({ files, stdout, instance }) => {
    stdout.write(files.stat("/etc/hostname") === undefined ? `${instance.name}\n` : files.read("/etc/hostname"));
  },
  id,
  ln,
  ls,
  mkdir,
  mv,
  printenv: ({ args: [name = ""], environment, stdout }) => {
    const value = environment[name];
    if (value !== undefined) stdout.write(`${value}\n`);
    return value === undefined ? 1 : 0;
  },
  printf,
  pwd: ({ directory, stdout }) => void stdout.write(`${directory}\n`),
  readlink: (context) =>
    forEach(
      context,
      split(context.args).rest,
      (path) => void context.stdout.write(`${context.files.readLink(path)}\n`),
    ),
  rm,
  sh: runShell,
  sleep: async ({ args: [seconds = "0"], clock, signal }) => pause(clock, Number.parseFloat(seconds) * 1000, signal),
  stat,
  stty: ({ args, terminal, stdout, stderr }) => {
    if (terminal === undefined) stderr.write("stty: standard input: Not a tty\n");
    else if (args[0] === "size") stdout.write(`${String(terminal.size().height)} ${String(terminal.size().width)}\n`);
    return terminal === undefined ? 1 : 0;
  },
  tee,
  test: (context) => testWords(context, context.args),
  touch: (context) => forEach(context, split(context.args).rest, (path) => context.files.append(path, "")),
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
  wc,
  whoami: ({ uid, files, stdout }) => {
    stdout.write(`${/\((.*)\)/.exec(named(files, "/etc/passwd", uid))?.[1] ?? String(uid)}\n`);
  },
};
