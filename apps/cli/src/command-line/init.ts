import { Command, Option } from "@commander-js/extra-typings";
import { collectPairs } from "./argument-parsers.ts";
import type { CommandContext } from "./command-context.ts";
import { examples, quietOption } from "./shared-options.ts";

/** `lxdkit init`. */
export function initCommand(context: CommandContext) {
  return new Command("init")
    .summary("make this host ready for containers")
    .description(
      "Makes this host ready: installs LXD or Incus where there is none, starts it, and gives it storage, a bridge and " +
        "what else is asked for. Shows its plan first and asks on a terminal; changes nothing on a host that is ready. " +
        "With --preseed it brings a server to what a file says, in the form of lxd init --preseed.",
    )
    .option("--plan", "print the steps and change nothing")
    .addOption(new Option("-y, --yes", "do not ask").conflicts("plan"))
    .addOption(
      new Option("--format <format>", "how to print the plan")
        .choices(["text", "json"] as const)
        .default("text" as const),
    )
    .addOption(
      new Option("--preseed <file>", "bring the server to what this YAML file says; - reads standard input").conflicts(
        "dump",
      ),
    )
    .option("--dump", "print what the server has, as a preseed")
    .addOption(
      new Option("--flavour <flavour>", "which family; that of the server which is there, else lxd").choices([
        "lxd",
        "incus",
      ] as const),
    )
    .addOption(
      new Option("--installer <installer>", "where a missing LXD comes from").choices(["snap", "apt"] as const),
    )
    .option("--channel <channel>", "channel of the snap, for example 5.21/stable")
    .option("--allow-downgrade", "let the snap go back to an older channel")
    .option(
      "--storage <driver>",
      "driver of the storage pool of a server without any, for example btrfs; dir otherwise",
    )
    .option("--storage-config <key=value>", "configuration of that pool, repeatable", collectPairs)
    .option("--bridge <name>", "name of the bridge of a server without network")
    .option("--ipv4 <address/bits>", "IPv4 of that bridge: an address with prefix length, auto or none")
    .option("--ipv6 <address/bits>", "IPv6 of that bridge")
    .option("--listen <address>", "let the server listen for HTTPS there, unless it does already: 10.0.0.1:8443")
    .option("--trust <file>", "let the server trust the certificate in this file")
    .option("--http-proxy <url>", "proxy of the server for http")
    .option("--https-proxy <url>", "proxy of the server for https")
    .option("--proxy-ignore <hosts>", "hosts for which it uses none, with commas")
    .addOption(quietOption())
    .addHelpText(
      "after",
      examples(
        "lxdkit init --plan",
        "sudo lxdkit init --yes --storage btrfs --storage-config size=20GiB",
        "lxdkit init --preseed host.yaml --yes",
        "lxdkit init --dump > host.yaml",
      ),
    )
    .action(async (options) => {
      const { init } = await import("../commands/init.ts");
      await init({ ...context.server(), ...options }, context.signal());
    });
}
