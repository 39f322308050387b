import { CommanderError, type CommandUnknownOpts } from "@commander-js/extra-typings";
import packageJson from "../package.json" with { type: "json" };
import { exitCode, exitCodeOf } from "./exit-code.ts";
import { watchInterruption } from "./interruption.ts";
import { createProgram } from "./program.ts";
import { quicken } from "./quicken.ts";

/** Runs the program with its arguments and sets the exit code. */
export async function main(args: readonly string[]): Promise<void> {
  const program = createProgram(packageJson.version, watchInterruption);
  throwInsteadOfExiting(program);
  program.hook("preAction", () => quicken(process.env));
  try {
    if (args.length === 0) program.help({ error: true });
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : exitCode.usage;
      return;
    }
    const { printError } = await import("./print-error.ts");
    printError(error, { isDebug: program.opts().debug === true });
    process.exitCode = exitCodeOf(error);
  }
}

/** Makes a command and those below it tell of wrong usage in the same way, and leave the exit code to us. */
function throwInsteadOfExiting(command: CommandUnknownOpts): void {
  command.exitOverride();
  for (const inner of command.commands) {
    inner.copyInheritedSettings(command);
    throwInsteadOfExiting(inner);
  }
}
