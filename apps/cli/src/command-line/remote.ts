import { Command, InvalidArgumentError } from "@commander-js/extra-typings";
import { collect } from "./argument-parsers.ts";
import type { CommandContext } from "./command-context.ts";
import { examples, formatOption } from "./shared-options.ts";

/** `lxdkit remote`. */
export function remoteCommand(context: CommandContext) {
  const remote = new Command("remote")
    .summary("know servers by name")
    .description("Keeps the names, addresses and certificates of servers; --remote NAME then works on one of them.");

  remote
    .command("add")
    .summary("add a server")
    .description(
      "Adds a server: by a trust token, which also makes it trust this client, or by its address, when the certificate " +
        "that it shows is the right one.",
    )
    .argument("<name>", "the name to give it")
    .argument("<token-or-url>", "a trust token, or host, host:port or https://host:port")
    .option("--fingerprint <sha256>", "the certificate that the server at the address must show", readFingerprint)
    .option("--accept-certificate", "trust whatever certificate the server at the address shows now")
    .option("--address <host>", "where the server of the token is, repeatable; where the token says otherwise", collect)
    .addHelpText(
      "after",
      examples(
        `lxdkit remote add shop "$(lxc config trust add --name me -q)"`,
        "lxdkit remote add lab 10.0.0.5 --fingerprint 5f4d...",
      ),
    )
    .action(async (name, tokenOrUrl, options) => {
      const { addRemote } = await import("../commands/remote-add.ts");
      const { project } = context.server();
      await addRemote(name, tokenOrUrl, { ...options, project }, context.signal());
    });

  remote
    .command("list")
    .summary("list the servers that are known")
    .description("Lists the servers that are known by name, also those of lxc and incus.")
    .addOption(formatOption())
    .action(async (options) => {
      const { listRemotes } = await import("../commands/remote-list.ts");
      await listRemotes(options, context.signal());
    });

  remote
    .command("remove")
    .summary("forget a server")
    .description("Forgets a server that lxdkit added, and its certificate. The server goes on trusting this client.")
    .argument("<name>", "the name of the server")
    .action(async (name) => {
      const { removeRemote } = await import("../commands/remote-remove.ts");
      await removeRemote(name);
    });

  return remote;
}

function readFingerprint(value: string): string {
  const digits = value.replaceAll(":", "").toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(digits)) throw new InvalidArgumentError("Give the 64 hexadecimal digits of a SHA-256.");
  return digits;
}
