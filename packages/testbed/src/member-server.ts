import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { BedLayout, MemberLayout } from "./bed-layout.ts";
import { waitForServer } from "./initialise-members.ts";
import { runInside } from "./run-inside.ts";
import type { TestbedMemberOptions } from "./testbed.ts";

type Environment = Readonly<Record<string, string>>;

/** Kills the server of a member. See `Testbed.killMember`. */
export async function killServer(
  layout: BedLayout,
  environment: Environment,
  { member, signal }: TestbedMemberOptions = {},
): Promise<void> {
  const { name } = find(layout, member);
  // Its files say numbers of the bed's own process namespace.
  const script = 'kill -KILL "$1"; while kill -0 "$1" 2>/dev/null; do sleep 0.01; done';
  const command = ["sh", "-c", script, "sh", noted(layout, `${name}.server`)];
  await runInside(layout.directory, environment, command, {
    member: name,
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Starts the server of a member again. See `Testbed.startMember`. */
export async function startServer(
  layout: BedLayout,
  environment: Environment,
  { member, signal, timeoutMs }: TestbedMemberOptions & { readonly timeoutMs: number },
): Promise<void> {
  const found = find(layout, member);
  const { name } = found;
  const command = ["kill", "-USR1", noted(layout, `${name}.pid`)];
  await runInside(layout.directory, environment, command, {
    member: name,
    ...(signal === undefined ? {} : { signal }),
  });
  await waitForServer(found, timeoutMs, signal);
}

function find({ members }: BedLayout, member: string | undefined): MemberLayout {
  const found = members.find(({ name }) => member === undefined || name === member);
  if (found === undefined) throw new RangeError(`the test bed has no member ${JSON.stringify(member)}`);
  return found;
}

function noted({ directory }: BedLayout, file: string): string {
  return readFileSync(join(directory, file), "utf8").trim();
}
