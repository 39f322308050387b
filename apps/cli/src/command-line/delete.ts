import { Command, Option } from "@commander-js/extra-typings";
import { defaultParallel } from "../default-parallel.ts";
import { collectNames, positive } from "./argument-parsers.ts";
import type { CommandContext } from "./command-context.ts";
import { examples, parallelOption, quietOption } from "./shared-options.ts";

/** `lxdkit delete`. */
export function deleteCommand(context: CommandContext) {
  return new Command("delete")
    .summary("delete containers")
    .description("Deletes containers. A name that does not exist is an error; the others are deleted all the same.")
    .argument("<name...>", "names of the containers", collectNames)
    .option("-f, --force", "stop running containers first, without asking them")
    .addOption(
      new Option("--stop", "ask running containers to stop first; by force when they do not in time").conflicts(
        "force",
      ),
    )
    .option("--timeout <seconds>", "how long a container gets to stop", positive, 30)
    .addOption(parallelOption(defaultParallel.delete))
    .addOption(quietOption())
    .addHelpText("after", examples("lxdkit delete --force c1 c2", "lxdkit delete --stop --timeout 60 db"))
    .action(async (names, options) => {
      const { deleteContainers } = await import("../commands/delete.ts");
      await deleteContainers(names, { ...context.server(), ...options }, context.signal());
    });
}
