import { Command } from "@commander-js/extra-typings";
import { defaultParallel } from "../default-parallel.ts";
import { collect, collectSources, positive, target } from "./argument-parsers.ts";
import type { CommandContext } from "./command-context.ts";
import { examples, formatOption, parallelOption, quietOption } from "./shared-options.ts";

const model = ["--model <uuid>", "UUID of the model that the machines belong to"] as const;

/** `lxdkit machine`. */
export function machineCommand(context: CommandContext) {
  const machine = new Command("machine")
    .summary("make, list and destroy the machines of a model")
    .description(
      "Works with machines: containers that belong to a model. They are called juju-XXXXXX-ID, XXXXXX being the end of " +
        "the model's UUID, and carry the UUID under user.juju-model. Nothing else is ever touched.",
    );
  machine.addCommand(addCommand(context));
  machine.addCommand(listCommand(context));
  machine.addCommand(destroyCommand(context));
  machine.addCommand(pruneCommand(context));
  return machine;
}

function addCommand(context: CommandContext) {
  return new Command("add")
    .summary("make machines and start them")
    .description(
      "Makes machines and waits until they run. One that is there already is adopted when it is the one that is asked " +
        "for, and finished when it was half made; so a command that was interrupted can be given again.",
    )
    .argument("<id...>", "ids of the machines, for example 0 or 2/lxd/4")
    .requiredOption(...model)
    .requiredOption("--series <name>", "for example jammy")
    .option("--constraints <text>", 'for example "cores=2 mem=4G zones=m1,m2"')
    .option("--user-data <file>", "user data for cloud-init")
    .option("--network-config <file>", "network configuration for cloud-init")
    .option("-p, --profile <name>", "profile, repeatable; the default profile otherwise", collect)
    .option(
      "--source <url>",
      "simplestreams server to ask for the image, repeatable; the official ones otherwise",
      collectSources,
    )
    .option(
      "--target <member>",
      "member of the cluster, or @group; the least loaded one in the zones otherwise",
      target,
    )
    .addOption(formatOption())
    .addOption(parallelOption(defaultParallel.launch))
    .addOption(quietOption())
    .addHelpText(
      "after",
      examples("lxdkit machine add 0 1 2/lxd/0 --model f47ac10b-58cc-4372-a567-0e02b2c3d479 --series jammy"),
    )
    .action(async (ids, options) => {
      const { addMachines } = await import("../commands/machine-add.ts");
      await addMachines(ids, { ...context.server(), ...options }, context.signal());
    });
}

function listCommand(context: CommandContext) {
  return new Command("list")
    .summary("list machines")
    .description("Lists the machines of a model, whatever they do.")
    .requiredOption(...model)
    .addOption(formatOption())
    .action(async (options) => {
      const { listMachines } = await import("../commands/machine-list.ts");
      await listMachines({ ...context.server(), ...options }, context.signal());
    });
}

function destroyCommand(context: CommandContext) {
  return new Command("destroy")
    .summary("stop and delete machines")
    .description("Stops machines and deletes them. An id without a machine is an error; the others are destroyed.")
    .argument("<id...>", "ids of the machines")
    .requiredOption(...model)
    .option(
      "--timeout <seconds>",
      "let them stop by themselves for so long first; they are stopped at once otherwise",
      positive,
    )
    .addOption(parallelOption(defaultParallel.delete))
    .addOption(quietOption())
    .action(async (ids, options) => {
      const { destroyMachines } = await import("../commands/machine-destroy.ts");
      await destroyMachines(ids, { ...context.server(), ...options }, context.signal());
    });
}

function pruneCommand(context: CommandContext) {
  return new Command("prune")
    .summary("delete what is left over of a model")
    .description(
      "Lists the containers of a model that serve nobody, then deletes them once that is confirmed: those that were " +
        "never started for ten minutes, broken ones, and those that are called like no machine.",
    )
    .requiredOption(...model)
    .option("--yes", "delete them without asking")
    .addOption(parallelOption(defaultParallel.delete))
    .addOption(formatOption())
    .action(async (options) => {
      const { pruneMachines } = await import("../commands/machine-prune.ts");
      await pruneMachines({ ...context.server(), ...options }, context.signal());
    });
}
