import { parseArgs } from "node:util";
import { type Flavour, LxdkitError } from "@lxdkit/protocol";
import { type Extra, extras } from "../install/packages.ts";

/** What the bed of a command looks like; what is absent was not said. */
export interface BedChoice {
  readonly flavour?: Flavour;
  readonly members?: 1 | 3;
  readonly cloudImage: boolean;
}

/** A parsed command line. */
export type Command =
  | { readonly name: "help" | "status" | "down" }
  | { readonly name: "install"; readonly flavours: readonly Flavour[]; readonly extras: readonly Extra[] }
  | { readonly name: "up" | "hold"; readonly bed: BedChoice }
  | { readonly name: "run"; readonly bed: BedChoice; readonly command: readonly string[] };

/** The text of `--help`. */
export const usage: string = `Throw-away real LXD and Incus servers. Linux and root only.

  lxdkit-testbed install [--flavour lxd|incus] [--with ${extras.join("|")}]...
      Installs what test beds need from Debian packages; both flavours by default.
  lxdkit-testbed up [--flavour lxd|incus] [--members 1|3] [--cloud]
      Opens a bed that lasts until \`down\`, and prints its environment as export lines.
  lxdkit-testbed run [--flavour lxd|incus] [--members 1|3] [--cloud] -- COMMAND...
      Runs a command inside the bed that is up, else in a throw-away one. Exits with the command's code.
  lxdkit-testbed status
      Lists the beds of this machine.
  lxdkit-testbed down
      Closes lasting beds and removes what crashed ones left.

In the repository of lxdkit, write \`npm run testbed --\` instead of \`lxdkit-testbed\`.
`;

/**
 * Reads the words after the program's name.
 *
 * @throws {LxdkitError} `TESTBED_USAGE` when they make no command.
 */
export function parseArguments(args: readonly string[]): Command {
  const [name, ...rest] = args;
  // Everything after the first lonely -- belongs to the command that is to be run.
  const end = rest.indexOf("--");
  const own = end === -1 ? rest : rest.slice(0, end);
  const command = end === -1 ? [] : rest.slice(end + 1);
  const isHelp = name === undefined || ["--help", "-h", "help"].includes(name) || own.includes("--help");
  if (isHelp) return { name: "help" };
  if (name !== "run" && end !== -1) throw wrong(`${name} runs no command`);
  switch (name) {
    case "install": {
      const { values } = parse(own, { flavour: repeated, with: repeated });
      const flavours = (values.flavour ?? []).map(toFlavour);
      return {
        name,
        flavours: flavours.length > 0 ? flavours : ["lxd", "incus"],
        extras: (values.with ?? []).flatMap((text) => text.split(",")).map(toExtra),
      };
    }
    case "up":
    case "hold":
      return { name, bed: parseBed(own) };
    case "run": {
      const bed = parseBed(own);
      if (command.length === 0) throw wrong("run needs a command after --");
      return { name, bed, command };
    }
    case "status":
    case "down":
      parse(own, {});
      return { name };
    default:
      throw wrong(`there is no command ${name}`);
  }
}

const repeated = { type: "string", multiple: true } as const;

function parseBed(args: readonly string[]): BedChoice {
  const { values } = parse(args, {
    flavour: { type: "string" },
    members: { type: "string" },
    cloud: { type: "boolean", default: false },
  } as const);
  return {
    cloudImage: values.cloud,
    ...(values.flavour === undefined ? {} : { flavour: toFlavour(values.flavour) }),
    ...(values.members === undefined ? {} : { members: toMembers(values.members) }),
  };
}

type OptionsConfig = NonNullable<Parameters<typeof parseArgs>[0]>["options"];

function parse<const T extends NonNullable<OptionsConfig>>(
  args: readonly string[],
  options: T,
): ReturnType<typeof parseArgs<{ args: string[]; options: T; strict: true; allowPositionals: false }>> {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false });
  } catch (cause) {
    const [sentence = ""] = (cause as Error).message.split(". ");
    throw wrong(sentence, cause);
  }
}

function toFlavour(text: string): Flavour {
  if (text === "lxd" || text === "incus") return text;
  throw wrong(`--flavour is lxd or incus, not ${text}`);
}

function toMembers(text: string): 1 | 3 {
  if (text === "1") return 1;
  if (text === "3") return 3;
  throw wrong(`--members is 1 or 3, not ${text}`);
}

function toExtra(text: string): Extra {
  const found = extras.find((extra) => extra === text);
  if (found === undefined) throw wrong(`--with is one of ${extras.join(", ")}, not ${text}`);
  return found;
}

function wrong(reason: string, cause?: unknown): LxdkitError {
  return new LxdkitError(`The command line is wrong: ${reason}.`, {
    code: "TESTBED_USAGE",
    hint: "See `lxdkit-testbed --help`.",
    cause,
  });
}
