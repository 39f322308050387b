import { Command, InvalidArgumentError } from "@commander-js/extra-typings";
import { wholeNumber } from "./argument-parsers.ts";
import type { CommandContext } from "./command-context.ts";
import { instancePath } from "./instance-path.ts";
import { examples, quietOption } from "./shared-options.ts";

/** `lxdkit push`. */
export function pushCommand(context: CommandContext) {
  return new Command("push")
    .summary("copy files into an instance")
    .description(
      "Copies files into an instance. Into a directory that is there, or one named with a slash at its end, each goes " +
        "under its own name; folders always do. New files get the mode of the local one and belong to root.",
    )
    .argument("<paths...>", "local files, - for the standard input; at last NAME/PATH")
    .option("-r, --recursive", "copy folders with all that is in them")
    .option("-p, --create-parents", "make the directories above that are missing")
    .option("--mode <octal>", "mode of the file, also of one that is there already", readMode)
    .option("--uid <id>", "numeric id of the owner", wholeNumber)
    .option("--gid <id>", "numeric id of the group", wholeNumber)
    .addOption(quietOption())
    .addHelpText(
      "after",
      examples(
        "lxdkit push hosts c1/etc/hosts --mode 644",
        "lxdkit push -r site c1/srv/",
        "date | lxdkit push - c1/tmp/now",
      ),
    )
    .action(async (paths, options, command) => {
      const [last, sources] = [paths.at(-1), paths.slice(0, -1)];
      if (last === undefined || sources.length === 0)
        return command.error("error: name at least one file and then NAME/PATH");
      const target = instancePath(last);
      const { push } = await import("../commands/push.ts");
      await push(sources, target, { ...context.server(), ...options }, context.signal());
    });
}

function readMode(value: string): number {
  if (!/^[0-7]{3,4}$/.test(value)) throw new InvalidArgumentError("Give three or four octal digits, for example 644.");
  return Number.parseInt(value, 8);
}
