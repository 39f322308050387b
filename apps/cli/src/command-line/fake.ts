import { Command, InvalidArgumentError } from "@commander-js/extra-typings";
import { wholeNumber } from "./argument-parsers.ts";
import type { CommandContext } from "./command-context.ts";
import { examples, flavourOption } from "./shared-options.ts";

/** `lxdkit fake`. */
export function fakeCommand(context: CommandContext) {
  return new Command("fake")
    .summary("run a fake server that lxc and incus can talk to")
    .description(
      "Runs a fake server until Ctrl-C or SIGTERM. It keeps everything in memory and touches nothing but its folder. " +
        "Once it listens, it prints one line of JSON: the path of its socket, its HTTPS address or null, and the file " +
        "with its certificate.",
    )
    .requiredOption("--dir <folder>", "folder for its unix.socket and server.crt; made when it is not there")
    .option("--https <address:port>", "listen for HTTPS there too; port 0 is a free one", readAddress)
    .addOption(flavourOption())
    .option("--members <names>", "be a cluster of these members, with commas between their names", readMembers)
    .option("--instances <count>", "containers c1, c2, … that run from the start", wholeNumber)
    .option("--state <file>", "go on with what is in this file, and save everything there at the end")
    .addHelpText(
      "after",
      `
A fake that goes on with a state file has what is in there: --instances, and --flavour and --members, are for new ones.
${examples(
  "lxdkit fake --dir /tmp/fake &",
  "LXD_DIR=/tmp/fake lxc launch jammy c1",
  "lxdkit fake --dir /tmp/fake --flavour incus --https 127.0.0.1:0 --instances 3 | jq -r .url",
  "lxdkit fake --dir /tmp/fake --members a,b,c --state fake.json",
)}`,
    )
    .action(async (options) => {
      const { fake } = await import("../commands/fake.ts");
      await fake(options, context.signal());
    });
}

/** Where to listen. */
interface Address {
  readonly host: string;
  readonly port: number;
}

function readAddress(value: string): Address {
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]]+)):(\d{1,5})$/.exec(value) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || port > 65_535) {
    throw new InvalidArgumentError("Write it as address:port, for example 127.0.0.1:8443, or [::1]:8443.");
  }
  return { host, port };
}

function readMembers(value: string): readonly string[] {
  const names = value.split(",");
  const isName = (name: string): boolean => /^[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/.test(name);
  if (!names.every(isName)) throw new InvalidArgumentError("Give names of letters, digits and hyphens: a,b,c.");
  if (new Set(names).size < names.length) throw new InvalidArgumentError("Give each name once.");
  return names;
}
