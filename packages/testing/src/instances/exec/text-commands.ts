import { createHash } from "node:crypto";
import { openInput } from "../files/open-input.ts";
import type { CommandContext, FakeCommand, FakeCommands } from "./command.ts";
import { forEach, inputOf, split } from "./command-words.ts";

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

/** Reads no more than it needs, so that whoever writes to it is told to stop. */
/** `head -3` is an old way to write `head -n 3`. */
function withCount(args: readonly string[]): readonly string[] {
  return args.flatMap((word) => (/^-\d+$/.test(word) ? ["-n", word.slice(1)] : [word]));
}

const head: FakeCommand = async (context) => {
  const { options, rest } = split(withCount(context.args), "nc");
  const bytes = options.get("c");
  let left = Number(bytes ?? options.get("n") ?? 10);
  const take = (chunk: Buffer): Buffer => {
    if (bytes !== undefined) {
      const part = chunk.subarray(0, left);
      left -= part.length;
      return part;
    }
    let end = 0;
    while (left > 0 && end < chunk.length) {
      const at = chunk.indexOf(10, end);
      end = at === -1 ? chunk.length : at + 1;
      if (at !== -1) left -= 1;
    }
    return chunk.subarray(0, end);
  };
  const inputs = rest.length === 0 ? [context.stdin] : [];
  const status = forEach(context, rest, (path) => inputs.push(openInput(context.files, path)));
  for (const input of inputs) {
    for await (const chunk of input) {
      await written(context, take(chunk as Buffer));
      if (left <= 0) break;
    }
  }
  return status;
};

const tail: FakeCommand = async (context) => {
  const { options, rest } = split(withCount(context.args), "nc");
  const { bytes, status } = await inputOf(context, rest);
  const size = options.get("c");
  const lines = linesOf(bytes).slice(-Number(options.get("n") ?? 10));
  context.stdout.write(size === undefined ? lines.join("") : bytes.subarray(-Number(size)));
  return status;
};

/** The lines of a text, each with its end. */
function linesOf(bytes: Buffer): string[] {
  return bytes.toString().match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

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

/** A filter that makes other lines of the lines of its input. */
function filter(change: (lines: string[], options: ReadonlyMap<string, string>) => string[]): FakeCommand {
  return async (context) => {
    const { options, rest } = split(context.args);
    const { bytes, status } = await inputOf(context, rest);
    const lines = linesOf(bytes).map((line) => line.replace(/\n$/, ""));
    context.stdout.write(
      change(lines, options)
        .map((line) => `${line}\n`)
        .join(""),
    );
    return status;
  };
}

const sort = filter((lines, options) => {
  const byNumber = (a: string, b: string): number => Number.parseFloat(a) - Number.parseFloat(b);
  const sorted = options.has("n") ? lines.toSorted(byNumber) : lines.toSorted();
  const ordered = options.has("r") ? sorted.toReversed() : sorted;
  return options.has("u") ? [...new Set(ordered)] : ordered;
});

const uniq = filter((lines) => lines.filter((line, at) => line !== lines[at - 1]));

const cut: FakeCommand = async (context) => {
  const { options, rest } = split(context.args, "df");
  const { bytes, status } = await inputOf(context, rest);
  const wanted = (options.get("f") ?? "1").split(",").map(Number);
  const separator = options.get("d") ?? "\t";
  for (const line of linesOf(bytes)) {
    const fields = line.replace(/\n$/, "").split(separator);
    const chosen = fields.length === 1 ? fields : wanted.flatMap((field) => fields[field - 1] ?? []);
    context.stdout.write(`${chosen.join(separator)}\n`);
  }
  return status;
};

const tr: FakeCommand = async (context) => {
  const { options, rest } = split(context.args);
  const range = (text = ""): string =>
    text
      .replace("\\n", "\n")
      .replace(/(.)-(.)/g, (_, from: string, to: string) =>
        Array.from({ length: to.charCodeAt(0) - from.charCodeAt(0) + 1 }, (_each, at) =>
          String.fromCharCode(from.charCodeAt(0) + at),
        ).join(""),
      );
  const [from, to] = [range(rest[0]), range(rest[1])];
  const { bytes } = await inputOf(context, []);
  const changed = Array.from(bytes.toString(), (char) => {
    const at = from.indexOf(char);
    if (at === -1) return char;
    return options.has("d") ? "" : (to[at] ?? to.at(-1) ?? "");
  });
  context.stdout.write(changed.join(""));
  return 0;
};

const seq: FakeCommand = ({ args, stdout }) => {
  const [first, last] = args.length === 1 ? [1, Number(args[0])] : [Number(args[0]), Number(args[1])];
  for (let number = first; number <= last; number += 1) stdout.write(`${String(number)}\n`);
};

const yes: FakeCommand = async (context) => {
  const line = Buffer.from(`${context.args[0] ?? "y"}\n`.repeat(512));
  while (!context.signal.aborted && !context.stdout.destroyed) {
    await written(context, line);
    await new Promise((resolve) => setImmediate(resolve));
  }
};

function sum(algorithm: string): FakeCommand {
  return async (context) => {
    const print = (bytes: Buffer, name: string): void => {
      context.stdout.write(`${createHash(algorithm).update(bytes).digest("hex")}  ${name}\n`);
    };
    const { rest } = split(context.args);
    if (rest.length > 0) return forEach(context, rest, (path, name) => print(context.files.read(path), name));
    print((await inputOf(context, [])).bytes, "-");
    return 0;
  };
}

/** Programs that read, change and write texts, as far as their most used options go. */
export const textCommands: FakeCommands = {
  ...{ cat, cut, echo, grep, head, printf, seq, sort, tail, tee, tr, uniq, wc, yes },
  md5sum: sum("md5"),
  sha1sum: sum("sha1"),
  sha256sum: sum("sha256"),
};
