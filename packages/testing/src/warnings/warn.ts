import type { FakeState } from "../core/fake-state.ts";
import { randomUuid } from "../core/random.ts";
import type { WarningRecord } from "../core/records.ts";
import { wireTime } from "../core/wire-time.ts";

/** What the server is not happy with. */
export type NewWarning = Pick<WarningRecord, "type" | "lastMessage"> &
  Partial<Pick<WarningRecord, "project" | "severity" | "entityUrl" | "status">>;

function isSame(
  { type, project, entityUrl, location }: WarningRecord,
  { location: here }: FakeState,
  wanted: NewWarning,
): boolean {
  const { project: wantedProject = "", entityUrl: wantedUrl = "" } = wanted;
  return type === wanted.type && project === wantedProject && entityUrl === wantedUrl && location === here;
}

/** Warns of something; what was warned of before is counted once more. */
export function warn(state: FakeState, wanted: NewWarning): void {
  const { warnings } = state.store;
  const now = wireTime(state.clock.now());
  const old = warnings.all().find((warning) => isSame(warning, state, wanted));
  if (old !== undefined) {
    const status = old.status === "resolved" ? "new" : old.status;
    const { lastMessage } = wanted;
    warnings.put({ ...old, status, count: old.count + 1, lastSeenAt: now, lastMessage });
    return;
  }
  warnings.put({
    project: "",
    severity: "low",
    status: "new",
    entityUrl: "",
    ...wanted,
    uuid: randomUuid(state.random),
    location: state.location,
    count: 1,
    firstSeenAt: now,
    lastSeenAt: now,
  });
}

/** Takes note that the reason of a warning is gone. */
export function resolveWarnings(state: FakeState, fits: (warning: WarningRecord) => boolean): void {
  const { warnings } = state.store;
  for (const warning of warnings.all()) if (fits(warning)) warnings.put({ ...warning, status: "resolved" });
}
