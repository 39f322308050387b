import { Command, Option } from "@commander-js/extra-typings";
import { collect, collectSources, source } from "./argument-parsers.ts";
import type { CommandContext } from "./command-context.ts";
import { examples, formatOption, quietOption } from "./shared-options.ts";

/** `lxdkit image`. */
export function imageCommand(context: CommandContext) {
  const image = new Command("image")
    .summary("look at images, find and copy them")
    .description("Lists, finds and copies images: those of the server, and those of image servers.");
  image.addCommand(listCommand(context));
  image.addCommand(aliasCommand(context));
  image.addCommand(findCommand(context));
  image.addCommand(copyCommand(context));
  return image;
}

function listCommand(context: CommandContext) {
  return new Command("list")
    .summary("list images")
    .description("Lists the server's own images, or those of a simplestreams server as lxc or incus would list them.")
    .addOption(sourceOption())
    .addOption(forOption())
    .addOption(formatOption())
    .addHelpText("after", examples("lxdkit image list --source https://cloud-images.ubuntu.com/releases"))
    .action(async (options) => {
      const { listImages } = await import("../commands/image-list.ts");
      await listImages({ ...context.server(), ...options }, context.signal());
    });
}

function aliasCommand(context: CommandContext) {
  const alias = new Command("alias").summary("look at the aliases of images").description("Lists aliases of images.");
  alias
    .command("list")
    .summary("list aliases")
    .description("Lists the server's own aliases, or those of a simplestreams server as lxc or incus would list them.")
    .addOption(sourceOption())
    .addOption(forOption())
    .addOption(formatOption())
    .action(async (options) => {
      const { listAliases } = await import("../commands/image-alias-list.ts");
      await listAliases({ ...context.server(), ...options }, context.signal());
    });
  return alias;
}

function findCommand(context: CommandContext) {
  return new Command("find")
    .summary("find the image of a series")
    .description(
      "Finds the image of a series: the server's own copy (juju/SERIES/ARCH) first, then on each source. Prints its fingerprint.",
    )
    .argument("<series>", "for example jammy or centos7")
    .option("--arch <architecture>", "for example arm64; the server's own otherwise")
    .option("--source <url>", "simplestreams server to look at, repeatable", collectSources)
    .option("--vm", "an image for virtual machines")
    .addOption(formatOption())
    .addHelpText("after", examples("lxdkit image find jammy --source https://cloud-images.ubuntu.com/releases"))
    .action(async (series, options) => {
      const { findImage } = await import("../commands/image-find.ts");
      await findImage(series, { ...context.server(), ...options }, context.signal());
    });
}

function copyCommand(context: CommandContext) {
  return new Command("copy")
    .summary("copy an image from an image server to the server")
    .description(
      "Lets the server copy an image from an image server and keep it fresh. Prints its fingerprint. An alias that " +
        "stands for another image until then is pointed at the copy.",
    )
    .argument("<image>", "alias of the image there, or the start of its fingerprint")
    .requiredOption("--source <url>", "simplestreams server to copy from, repeatable", collectSources)
    .option("--alias <name>", "alias for the copy, repeatable", collect)
    .option("--vm", "the image for virtual machines")
    .option("--no-auto-update", "leave the copy as it is when there is a newer version")
    .addOption(quietOption())
    .addHelpText(
      "after",
      examples("lxdkit image copy jammy --source https://cloud-images.ubuntu.com/releases --alias j"),
    )
    .action(async (image, options) => {
      const { copyImage } = await import("../commands/image-copy.ts");
      await copyImage(image, { ...context.server(), ...options }, context.signal());
    });
}

function sourceOption() {
  return new Option("--source <url>", "simplestreams server; the server's own images otherwise").argParser(source);
}

function forOption() {
  return new Option("--for <flavour>", "whose images of the source; each family has its own")
    .choices(["lxd", "incus"] as const)
    .default("lxd" as const);
}
