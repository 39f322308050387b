import { posix } from "node:path";
import { makeDirectories } from "../files/write-with-parents.ts";
import { listLine } from "../sftp/list-line.ts";
import type { CommandContext, FakeCommand, FakeCommands } from "./command.ts";
import { at, forEach, split } from "./command-words.ts";
import { patternOf } from "./shell/pattern.ts";
import { testWords } from "./shell/test-words.ts";

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

const mkdir: FakeCommand = (context) => {
  const { options, rest } = split(context.args, "m");
  const { files } = context;
  return forEach(context, rest, (path) =>
    options.has("p") ? makeDirectories(files, path) : files.makeDirectory(path),
  );
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

/** Lists what is in directories, and below them; `-name` and `-type` choose. */
const find: FakeCommand = (context) => {
  const { args, files, stdout } = context;
  const first = args.findIndex((word) => word.startsWith("-"));
  const paths = first === -1 ? args : args.slice(0, first);
  const valueOf = (option: string): string | undefined =>
    args.includes(option) ? args[args.indexOf(option) + 1] : undefined;
  const [name, type] = [valueOf("-name"), valueOf("-type")];
  const types = { f: "file", d: "directory", l: "symlink" } as const;
  const fits = name === undefined ? undefined : patternOf(name);
  const visit = (path: string, shown: string): void => {
    const found = files.lstat(path);
    if (found === undefined) throw new Error("no such file or directory");
    const isOfType = type === undefined || found.type === types[type as keyof typeof types];
    if (isOfType && fits?.test(posix.basename(shown)) !== false) stdout.write(`${shown}\n`);
    if (found.type !== "directory") return;
    for (const entry of files.list(path).toSorted()) visit(`${path}/${entry}`, `${shown.replace(/\/$/, "")}/${entry}`);
  };
  return forEach(context, paths.length === 0 ? ["."] : paths, visit);
};

/** Programs that look at files and change them, as far as their most used options go. */
export const fileCommands: FakeCommands = {
  ...{ chmod, chown, cp, find, ln, ls, mkdir, mv, rm, stat },
  "[": (context) => (context.args.at(-1) === "]" ? testWords(context, context.args.slice(0, -1)) : 2),
  basename: ({ args: [path = "", suffix = ""], stdout }) => void stdout.write(`${posix.basename(path, suffix)}\n`),
  dirname: ({ args: [path = ""], stdout }) => void stdout.write(`${posix.dirname(path)}\n`),
  readlink: (context) =>
    forEach(
      context,
      split(context.args).rest,
      (path) => void context.stdout.write(`${context.files.readLink(path)}\n`),
    ),
  rmdir: (context) => forEach(context, split(context.args).rest, (path) => context.files.remove(path)),
  test: (context) => testWords(context, context.args),
  touch: (context) => forEach(context, split(context.args).rest, (path) => context.files.append(path, "")),
};
