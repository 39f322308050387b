import { Command } from "@commander-js/extra-typings";
import { defaultParallel } from "../default-parallel.ts";
import { collectNames } from "./argument-parsers.ts";
import type { CommandContext } from "./command-context.ts";
import { examples, parallelOption, quietOption } from "./shared-options.ts";

/** `lxdkit delete`. */
export function deleteCommand(context: CommandContext) {
  return new Command("delete")
    .summary("delete containers")
    .description("Deletes containers. A name that does not exist is an error; the others are deleted all the same.")
    .argument("<name...>", "names of the containers", collectNames)
    .option("-f, --force", "stop running containers first, without asking them")
    .addOption(parallelOption(defaultParallel.delete))
    .addOption(quietOption())
    .addHelpText("after", examples("lxdkit delete --force c1 c2"))
    .action(async (names, options) => {
      const { deleteContainers } = await import("../commands/delete.ts");
      await deleteContainers(names, { ...context.server(), ...options }, context.signal());
    });
}
