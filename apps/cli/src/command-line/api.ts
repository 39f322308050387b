import { Command, InvalidArgumentError } from "@commander-js/extra-typings";
import type { CommandContext } from "./command-context.ts";
import { examples } from "./shared-options.ts";

const methods = ["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS"] as const;

/** `lxdkit api`. */
export function apiCommand(context: CommandContext) {
  return new Command("api")
    .summary("send one request to the REST API")
    .description(
      "Sends one request and prints the metadata of the answer as JSON, or the body of an answer that is no JSON.",
    )
    .argument("<method>", "GET, HEAD, PUT, POST, PATCH, DELETE or OPTIONS, in any case", readMethod)
    .argument("<path>", "path on the server, with its query: /1.0/instances?recursion=1", readPath)
    .option("-d, --data <json>", "body of the request; @FILE reads a file, - the standard input")
    .option("-w, --wait", "wait for the operation that the request starts, and print its end")
    .option("--raw", "print the whole answer, not only its metadata")
    .option("--requires <extension>", "API extension without which nothing is sent")
    .addHelpText(
      "after",
      examples(
        "lxdkit api GET /1.0/instances?recursion=1",
        `lxdkit api PUT /1.0/instances/c1/state --data '{"action":"stop","force":true}' --wait`,
        "lxdkit api GET /1.0/network-address-sets --requires network_address_set",
      ),
    )
    .action(async (method, path, options) => {
      const { api } = await import("../commands/api.ts");
      await api(method, path, { ...context.server(), ...options }, context.signal());
    });
}

function readMethod(value: string): (typeof methods)[number] {
  const method = methods.find((one) => one === value.toUpperCase());
  if (method === undefined) throw new InvalidArgumentError(`Use one of ${methods.join(", ")}.`);
  return method;
}

function readPath(value: string): string {
  if (!/^\/[\x21-\x7e]*$/.test(value) || value.startsWith("//") || value.includes("#")) {
    throw new InvalidArgumentError(
      "Give a path from its / on, with special characters percent-encoded: /1.0/instances.",
    );
  }
  return value;
}
