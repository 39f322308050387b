import { Command } from "@commander-js/extra-typings";
import type { CommandContext } from "./command-context.ts";
import { examples, formatOption } from "./shared-options.ts";

/** `lxdkit list`. */
export function listCommand(context: CommandContext) {
  return new Command("list")
    .summary("list instances")
    .description("Lists all instances with their state.")
    .addOption(formatOption())
    .addHelpText("after", examples("lxdkit list", "lxdkit list --format json | jq -r '.[].name'"))
    .action(async (options) => {
      const { list } = await import("../commands/list.ts");
      await list({ ...context.server(), ...options }, context.signal());
    });
}
