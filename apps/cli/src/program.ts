import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { isInstanceName } from "@lxdkit/protocol";
import { defaultParallel } from "./default-parallel.ts";

/** Gives the signal that ends the work; asked for only once a command runs. */
export type SignalSource = () => AbortSignal;

/** Timers cannot run longer: 2^31 - 1 milliseconds. */
const longestSeconds = 2_147_483;

const exitCodes = `
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 name taken or changed meanwhile, 5 not in the right state,
6 server unreachable, 7 permission refused, 124 timed out, 130 interrupted.

The server is found by --socket, else by LXD_DIR, LXD_SOCKET, INCUS_DIR, INCUS_SOCKET, else in the usual places.
A host's own certificate authority is named in NODE_EXTRA_CA_CERTS.`;

/** The program with its commands; what a command does is read when it runs. */
export function createProgram(version: string, signal: SignalSource) {
  const program = new Command("lxdkit")
    .description("Launches, lists and deletes containers of LXD and Incus.")
    .version(version, "-V, --version", "print the version")
    .option("--debug", "print more about errors")
    .showSuggestionAfterError()
    .showHelpAfterError("(lxdkit --help shows how to use it)")
    .addHelpText("after", exitCodes);

  program
    .command("launch")
    .summary("make containers from an image and start them")
    .description(
      "Makes containers from an image, starts them and waits until they run. When a step fails, what was made is removed.",
    )
    .argument("<image>", "alias of an image, or the start of its fingerprint")
    .argument("[name...]", "names of the containers; the server chooses one when there is none", collectNames)
    .option(
      "--source <url>",
      "simplestreams server to take the image from, repeatable; the server's own images otherwise",
      collectSources,
    )
    .addOption(
      new Option("--wait <for>", "what to wait for").choices(["running", "ip"] as const).default("running" as const),
    )
    .option("--timeout <seconds>", "how long to wait for an address", positive, 60)
    .option("-p, --profile <name>", "profile, repeatable; the default profile otherwise", collect)
    .option("-c, --config <key=value>", "config of the containers, repeatable", collectPairs)
    .option("-e, --ephemeral", "delete the containers when they stop")
    .addOption(formatOption())
    .addOption(parallelOption(defaultParallel.launch))
    .addOption(socketOption())
    .addOption(quietOption())
    .addHelpText(
      "after",
      examples(
        "lxdkit launch jammy c1 --source https://cloud-images.ubuntu.com/releases",
        "lxdkit launch tiny n1 n2 n3 --wait ip",
      ),
    )
    .action(async (image, names, options) => {
      const { launch } = await import("./commands/launch.ts");
      await launch(image, names, options, signal());
    });

  program
    .command("list")
    .summary("list instances")
    .description("Lists all instances with their state.")
    .addOption(formatOption())
    .addOption(socketOption())
    .addHelpText("after", examples("lxdkit list", "lxdkit list --format json | jq -r '.[].name'"))
    .action(async (options) => {
      const { list } = await import("./commands/list.ts");
      await list(options, signal());
    });

  program
    .command("delete")
    .summary("delete containers")
    .description("Deletes containers. A name that does not exist is an error; the others are deleted all the same.")
    .argument("<name...>", "names of the containers", collectNames)
    .option("-f, --force", "stop running containers first, without asking them")
    .addOption(parallelOption(defaultParallel.delete))
    .addOption(socketOption())
    .addOption(quietOption())
    .addHelpText("after", examples("lxdkit delete --force c1 c2"))
    .action(async (names, options) => {
      const { deleteContainers } = await import("./commands/delete.ts");
      await deleteContainers(names, options, signal());
    });

  program
    .command("demo")
    .summary("show the main job on a built-in fake server")
    .description(
      "Launches, lists and deletes a container on a built-in fake server, step by step. Touches nothing else.",
    )
    .action(async () => {
      const { demo } = await import("./commands/demo.ts");
      await demo(signal());
    });

  return program;
}

function socketOption() {
  return new Option("--socket <path>", "unix socket of the server");
}

function quietOption() {
  return new Option("-q, --quiet", "no progress on stderr").implies({ quiet: true as const });
}

function formatOption() {
  return new Option("--format <format>", "how to print").choices(["table", "json"] as const).default("table" as const);
}

function parallelOption(count: number) {
  return new Option("--parallel <count>", "how many at a time").argParser(positive).default(count);
}

function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}\n`).join("")}`;
}

function collect(value: string, previous: readonly string[] | undefined): string[] {
  return [...(previous ?? []), value];
}

function collectSources(value: string, previous: readonly string[] | undefined): string[] {
  if (!URL.canParse(value) || !value.startsWith("https://")) {
    throw new InvalidArgumentError("Give the https:// address of a simplestreams server.");
  }
  return [...(previous ?? []), value];
}

function collectNames(value: string, previous: readonly string[] | undefined): string[] {
  // A name that one family accepts may reach the server; which family it is, is not known yet.
  if (!isInstanceName(value, "incus")) {
    throw new InvalidArgumentError(
      "Use 1 to 63 letters, digits and hyphens, with no hyphen at either end, and not digits alone.",
    );
  }
  return [...(previous ?? []), value];
}

function collectPairs(value: string, previous: Readonly<Record<string, string>> | undefined): Record<string, string> {
  const at = value.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("Write it as key=value.");
  return { ...previous, [value.slice(0, at)]: value.slice(at + 1) };
}

function positive(value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError("Give a whole number above zero.");
  if (number > longestSeconds) throw new InvalidArgumentError(`Give at most ${String(longestSeconds)}.`);
  return number;
}
