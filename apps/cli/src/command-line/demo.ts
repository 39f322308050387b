import { Command } from "@commander-js/extra-typings";
import type { CommandContext } from "./command-context.ts";

/** `lxdkit demo`. */
export function demoCommand(context: CommandContext) {
  return new Command("demo")
    .summary("show the main job on a built-in fake server")
    .description(
      "Launches, lists and deletes a container on a built-in fake server, step by step. Touches nothing else.",
    )
    .action(async () => {
      const { demo } = await import("../commands/demo.ts");
      await demo(context.signal());
    });
}
