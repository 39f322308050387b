import { detectHost, diagnoseHost, localHost } from "@lxdkit/host-initialiser";
import { badArgument } from "../bad-argument.ts";
import type { ServerOptions } from "../connect.ts";
import { exitCode } from "../exit-code.ts";

/** Options of `lxdkit doctor`. */
export interface DoctorOptions extends ServerOptions {
  readonly flavour?: "lxd" | "incus" | undefined;
  readonly format: "text" | "json";
}

/** Prints what is wrong with this host; an error among it makes the exit code. */
export async function doctor(options: DoctorOptions, signal: AbortSignal): Promise<void> {
  if (options.remote !== undefined) throw badArgument("doctor looks at this host, and --remote names another one");
  const host = localHost({ environment: process.env, socketPath: options.socket });
  const findings = diagnoseHost(await detectHost(host, { flavour: options.flavour, signal }));
  if (options.format === "json") {
    process.stdout.write(`${JSON.stringify({ findings })}\n`);
  } else if (findings.length === 0) {
    process.stdout.write("Nothing is wrong.\n");
  } else {
    for (const { severity, problem, command } of findings) {
      process.stdout.write(`${severity}: ${problem}\n  mend it: ${command}\n`);
    }
  }
  if (findings.some(({ severity }) => severity === "error")) process.exitCode = exitCode.precondition;
}
