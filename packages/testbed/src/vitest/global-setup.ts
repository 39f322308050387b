import { type Flavour, flavourTitle, LxdkitError, MultipleErrors } from "@lxdkit/protocol";
import type { TestProject } from "vitest/node";
import { openTestbed } from "../open-testbed.ts";
import type { Testbed } from "../testbed.ts";
import { describeServer, type MissingServer } from "./real-server.ts";

const flavours: readonly Flavour[] = ["lxd", "incus"];

/**
 * For vitest's `globalSetup`: opens a bed with LXD and one with Incus for the whole run, as far as this machine can.
 *
 * A server that cannot be had is left out, and its tests are skipped with the reason; with `LXDKIT_REQUIRE_REAL=1` in
 * the environment it fails the run. A server that is installed but does not start always fails the run.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const opened = await Promise.allSettled(flavours.map((flavour) => openTestbed({ flavour })));
  const beds: Testbed[] = [];
  const missing: MissingServer[] = [];
  const failures: unknown[] = [];
  for (const [index, result] of opened.entries()) {
    const flavour = flavours[index] ?? "lxd";
    if (result.status === "fulfilled") beds.push(result.value);
    else if (isLack(result.reason) && process.env["LXDKIT_REQUIRE_REAL"] !== "1") {
      missing.push({ flavour, title: flavourTitle(flavour), reason: sentence(result.reason) });
    } else failures.push(result.reason);
  }
  const close = async (): Promise<void> => {
    await Promise.all(beds.map((bed) => bed.close()));
  };
  if (failures.length > 0) {
    await close();
    throw new MultipleErrors(
      `Real servers that this run needs are not available.\n${failures.map(sentence).join("\n")}`,
      failures,
      { code: "TESTBED_START_FAILED", cause: failures[0] },
    );
  }
  const servers = beds.map((bed) => describeServer(bed, flavourTitle(bed.flavour)));
  project.provide("lxdkitServers", { servers, missing });
  return close;
}

/** Says whether the machine lacks something, in contrast to a server that is there and fails. */
function isLack(error: unknown): error is LxdkitError {
  return LxdkitError.is(error) && (error.code === "TESTBED_UNSUPPORTED" || error.code === "TESTBED_MISSING_PROGRAMS");
}

function sentence(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const hint = LxdkitError.is(error) ? error.hint : undefined;
  return hint === undefined ? error.message : `${error.message} ${hint}`;
}
