import { Command, Option } from "@commander-js/extra-typings";
import { defaultParallel } from "../default-parallel.ts";
import { collect, collectNames, collectPairs, collectSources, positive } from "./argument-parsers.ts";
import type { CommandContext } from "./command-context.ts";
import { examples, formatOption, parallelOption, quietOption } from "./shared-options.ts";

/** `lxdkit launch`. */
export function launchCommand(context: CommandContext) {
  return new Command("launch")
    .summary("make containers from an image and start them")
    .description(
      "Makes containers from an image, starts them and waits until they run. When a step fails, what was made is removed.",
    )
    .argument("<image>", "alias of an image, or the start of its fingerprint")
    .argument("[name...]", "names of the containers; the server chooses one when there is none", collectNames)
    .option(
      "--source <url>",
      "simplestreams server to take the image from, repeatable; the server's own images otherwise",
      collectSources,
    )
    .addOption(
      new Option("--wait <for>", "what to wait for")
        .choices(["running", "ip", "agent", "cloud-init"] as const)
        .default("running" as const),
    )
    .option(
      "--timeout <seconds>",
      "how long to wait; otherwise 60 for an address, 120 for an agent, 600 for cloud-init",
      positive,
    )
    .option("-p, --profile <name>", "profile, repeatable; the default profile otherwise", collect)
    .option("-c, --config <key=value>", "config of the containers, repeatable", collectPairs)
    .option("-e, --ephemeral", "delete the containers when they stop")
    .addOption(formatOption())
    .addOption(parallelOption(defaultParallel.launch))
    .addOption(quietOption())
    .addHelpText(
      "after",
      examples(
        "lxdkit launch jammy c1 --source https://cloud-images.ubuntu.com/releases",
        "lxdkit launch tiny n1 n2 n3 --wait ip",
        "lxdkit launch jammy c1 --wait cloud-init",
      ),
    )
    .action(async (image, names, options) => {
      const { launch } = await import("../commands/launch.ts");
      await launch(image, names, { ...context.server(), ...options }, context.signal());
    });
}
