import type { Reporter, SerializedError, TestModule, Vitest } from "vitest/node";

/** What the tests' global set-up provides about real servers. */
interface ServersOfTheRun {
  readonly servers: readonly { readonly title: string }[];
  readonly missing: readonly { readonly title: string; readonly reason: string }[];
}

/**
 * Ends the output with a line for each failed test, the servers that the run tested against, those it did without, and
 * one line of totals.
 */
export default class ClosingLine implements Reporter {
  private vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    // An error outside of any test, such as a set-up that failed, is a failure too.
    let failed = errors.length;
    let passed = 0;
    let skipped = 0;
    const lines: string[] = [];
    const tell = (name: string, from: readonly SerializedError[] | undefined) => {
      const [reason = ""] = (from?.[0]?.message ?? "").split("\n");
      lines.push(`FAILED ${name}${reason === "" ? "" : `: ${reason.slice(0, 200)}`}`);
    };
    if (errors.length > 0) tell("outside of any test", errors);
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      if (tests.length === 0 && module.state() === "failed") {
        failed += 1;
        tell(module.relativeModuleId, module.errors());
      }
      for (const test of tests) {
        const { state, errors: reasons } = test.result();
        if (state === "passed") passed += 1;
        else if (state === "failed") {
          failed += 1;
          tell(`${module.relativeModuleId} > ${test.fullName}`, reasons);
        } else skipped += 1;
      }
    }
    const servers = this.describeServers();
    // The summary of the default reporter comes after this hook; the totals are to be the last line. A set-up that
    // failed before any test is known here by the exit code only.
    process.once("exit", (code) => {
      const failures = code !== 0 && failed === 0 ? 1 : failed;
      const totals = `${String(passed)} passed, ${String(failures)} failed, ${String(skipped)} skipped`;
      process.stdout.write(`${[...lines, ...servers, totals].join("\n")}\n`);
    });
  }

  private describeServers(): readonly string[] {
    const provided = (this.vitest?.projects ?? [])
      .map((project) => (project.getProvidedContext() as { lxdkitServers?: ServersOfTheRun }).lxdkitServers)
      .filter((servers) => servers !== undefined);
    const titles = new Set(provided.flatMap(({ servers }) => servers.map(({ title }) => title)));
    const reasons = new Set(
      provided.flatMap(({ missing }) => missing.map(({ title, reason }) => `${title}: ${reason}`)),
    );
    return [
      ...(titles.size > 0 ? [`Tested against real servers: ${[...titles].join(", ")}.`] : []),
      ...[...reasons].map((reason) => `Left out: ${reason}`),
    ];
  }
}
