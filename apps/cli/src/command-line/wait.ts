import { Command, Option } from "@commander-js/extra-typings";
import { collectNames, positive } from "./argument-parsers.ts";
import type { CommandContext } from "./command-context.ts";
import { examples } from "./shared-options.ts";

const targets = ["running", "ip", "agent", "cloud-init", "stopped"] as const;

/** `lxdkit wait`. */
export function waitCommand(context: CommandContext) {
  return new Command("wait")
    .summary("wait for instances")
    .description(
      "Waits until instances run, have an address, can run commands, have finished cloud-init or are stopped. " +
        "A cloud-init that failed is told with the last lines that its scripts wrote.",
    )
    .argument("<name...>", "names of the instances", collectNames)
    .addOption(new Option("--for <what>", "what to wait for").choices(targets).makeOptionMandatory())
    .option("--timeout <seconds>", "how long; otherwise 60, for an agent 120, for cloud-init 600", positive)
    .addHelpText("after", examples("lxdkit wait c1 c2 --for ip", "lxdkit wait c1 --for cloud-init --timeout 300"))
    .action(async (names, options) => {
      const { waitForInstances } = await import("../commands/wait.ts");
      await waitForInstances(names, { ...context.server(), ...options }, context.signal());
    });
}
