import { Command } from "@commander-js/extra-typings";
import { collectPairs, instanceName, wholeNumber } from "./argument-parsers.ts";
import type { CommandContext } from "./command-context.ts";
import { examples } from "./shared-options.ts";

/** `lxdkit exec`. */
export function execCommand(context: CommandContext) {
  return new Command("exec")
    .summary("run a command in an instance")
    .description(
      "Runs a command in a running instance with this program's input, output and errors, and ends with its exit code. " +
        "On a terminal the command gets one, too.",
    )
    .argument("<name>", "name of the instance", instanceName)
    .argument("<command...>", "the command and its arguments, after --")
    .option("-t, --tty", "give the command a terminal, also when this is none")
    .option("-T, --no-tty", "give it none")
    .option("-n, --no-stdin", "let it read nothing: for loops and scripts whose own input it would take")
    .option("-e, --env <key=value>", "variable for the command, repeatable", collectPairs)
    .option("--cwd <path>", "directory to run in")
    .option("--user <id>", "numeric id of the user to run as", wholeNumber)
    .option("--group <id>", "numeric id of the group to run as", wholeNumber)
    .addHelpText(
      "after",
      examples(
        "lxdkit exec c1 -- sh",
        "lxdkit exec c1 --env LANG=C -- ls -l /etc",
        "tar -c . | lxdkit exec c1 -- tar -x -C /srv",
      ),
    )
    .action(async (name, command, options) => {
      const { exec } = await import("../commands/exec.ts");
      await exec(name, command, { ...context.server(), ...options });
    });
}
