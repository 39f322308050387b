import { Command, Option } from "@commander-js/extra-typings";
import type { CommandContext } from "./command-context.ts";
import { examples } from "./shared-options.ts";

/** `lxdkit doctor`. */
export function doctorCommand(context: CommandContext) {
  return new Command("doctor")
    .summary("tell what is wrong with this host")
    .description(
      "Looks at this host and its server and tells what is wrong, the likeliest reason of trouble first, each with the " +
        "command that mends it. Changes nothing. Ends with 5 when something keeps containers from working.",
    )
    .addOption(new Option("--flavour <flavour>", "which family to look at").choices(["lxd", "incus"] as const))
    .addOption(
      new Option("--format <format>", "how to print").choices(["text", "json"] as const).default("text" as const),
    )
    .addHelpText("after", examples("lxdkit doctor", "lxdkit doctor --format json | jq -r '.findings[].command'"))
    .action(async (options) => {
      const { doctor } = await import("../commands/doctor.ts");
      await doctor({ ...context.server(), ...options }, context.signal());
    });
}
