import { Command, Option } from "@commander-js/extra-typings";
import { defaultParallel } from "../default-parallel.ts";
import {
  collect,
  collectDevices,
  collectNames,
  collectPairs,
  collectSources,
  positive,
  target,
} from "./argument-parsers.ts";
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
    .option("-d, --device <name,key=value,...>", "device, or keys of a profile's device; repeatable", collectDevices)
    .option("--user-data <file>", "user data for cloud-init")
    .option("--network-config <file>", "network configuration for cloud-init")
    .option("--constraints <text>", 'for example "cores=2 mem=4G root-disk=20G"')
    .option("--network <name>", "network of the first interface; the profile's otherwise")
    .option("--storage <pool>", "storage pool of the root disk; the profile's otherwise")
    .option("--target <member>", "member of the cluster, or @group; the server chooses otherwise", target)
    .option("--vm", "make virtual machines")
    .option("--no-start", "leave them stopped")
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
        'lxdkit launch jammy db --constraints "cores=2 mem=4G root-disk=20G" --user-data init.yaml',
      ),
    )
    .action(async (image, names, options) => {
      const { launch } = await import("../commands/launch.ts");
      await launch(image, names, { ...context.server(), ...options }, context.signal());
    });
}
