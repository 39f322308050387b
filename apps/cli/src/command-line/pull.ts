import { Command } from "@commander-js/extra-typings";
import type { CommandContext } from "./command-context.ts";
import { instancePath } from "./instance-path.ts";
import { examples, quietOption } from "./shared-options.ts";

/** `lxdkit pull`. */
export function pullCommand(context: CommandContext) {
  return new Command("pull")
    .summary("copy files from an instance")
    .description(
      "Copies files from instances. Into a folder that is there, or one named with a slash at its end, each goes under " +
        "its own name; directories always do. A file appears when it is complete.",
    )
    .argument("<paths...>", "NAME/PATH of each file; at last the local path, - for the standard output")
    .option("-r, --recursive", "copy directories with all that is in them")
    .option("-p, --create-parents", "make the local folders above that are missing")
    .addOption(quietOption())
    .addHelpText(
      "after",
      examples("lxdkit pull c1/etc/hosts .", "lxdkit pull -r c1/var/log logs/", "lxdkit pull c1/etc/hostname -"),
    )
    .action(async (paths, options, command) => {
      const [target, names] = [paths.at(-1), paths.slice(0, -1)];
      if (target === undefined || names.length === 0)
        return command.error("error: name at least one NAME/PATH and then a path");
      const sources = names.map(instancePath);
      const { pull } = await import("../commands/pull.ts");
      await pull(sources, target, { ...context.server(), ...options }, context.signal());
    });
}
