import { LxdkitError } from "@lxdkit/protocol";
import { type Command, parseArguments, usage } from "./parse-arguments.ts";
import { describeError, type Printer, processPrinter } from "./printer.ts";

/** Runs the program `lxdkit-testbed` and gives its exit code: 2 for a wrong command line, 130 after Ctrl-C. */
export async function main(args: readonly string[], printer: Printer = processPrinter): Promise<number> {
  const controller = new AbortController();
  const interruption = new Error("Interrupted.");
  const end = (): void => {
    controller.abort(interruption);
  };
  try {
    const command = parseArguments(args);
    // The holder of a lasting bed has its own way to end.
    if (command.name !== "hold") process.on("SIGINT", end).on("SIGTERM", end);
    return await execute(command, printer, controller.signal);
  } catch (error) {
    if (error === interruption) return 130;
    printer.error(describeError(error));
    return LxdkitError.is(error) && error.code === "TESTBED_USAGE" ? 2 : 1;
  } finally {
    process.off("SIGINT", end).off("SIGTERM", end);
  }
}

/** Each command is loaded only when it is called, so that `--help` answers at once. */
async function execute(command: Command, printer: Printer, signal: AbortSignal): Promise<number> {
  switch (command.name) {
    case "help":
      printer.out(usage.trimEnd());
      return 0;
    case "install": {
      const { installPackages } = await import("../install/install.ts");
      await installPackages({ ...command, onStep: printer.error, signal });
      return 0;
    }
    case "up":
      return (await import("./up.ts")).up(command.bed, printer, signal);
    case "hold":
      return (await import("./hold.ts")).hold(command.bed, printer);
    case "run":
      return (await import("./run.ts")).run(command.bed, command.command, printer, signal);
    case "status":
      return (await import("./status.ts")).status(printer);
    case "down":
      return (await import("./down.ts")).down(printer);
  }
}
