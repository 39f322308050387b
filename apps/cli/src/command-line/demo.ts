import { Command } from "@commander-js/extra-typings";
import type { CommandContext } from "./command-context.ts";
import { examples, flavourOption } from "./shared-options.ts";

/** `lxdkit demo`. */
export function demoCommand(context: CommandContext) {
  return new Command("demo")
    .summary("show the main job on a built-in fake server")
    .description(
      "Launches, lists and deletes a container on a built-in fake server, step by step. Touches nothing else.",
    )
    .addOption(flavourOption())
    .addHelpText("after", examples("lxdkit demo", "lxdkit demo --flavour incus"))
    .action(async (options) => {
      const { demo } = await import("../commands/demo.ts");
      await demo(options, context.signal());
    });
}
