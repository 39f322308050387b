import type { FakeState } from "../core/fake-state.ts";
import type { Config, MemberPart } from "../core/records.ts";
import { Refusal } from "../core/refusal.ts";
import type { ApiRequest } from "../core/router.ts";
import { isCreated, type SharedRecord, withStatus } from "./member-config.ts";
import { allMembers, checkAllOnline } from "./members.ts";

/** What the errors about one kind of object call it. */
export interface SharedKind {
  /** For example `Network`. */
  readonly title: string;
  /** Title in front of what is half done, for example `Storage pool`. */
  readonly longTitle: string;
}

/** Notes what an object shall be on one member; refuses what is there on it already. */
export function announced<T extends SharedRecord>(
  kind: SharedKind,
  record: T,
  member: string,
  config: Config,
  defined: () => Refusal,
): T {
  if (Object.values(record.members ?? {}).some(({ status }) => status !== "Pending")) {
    throw new Refusal(500, `${kind.longTitle} is not in pending state`);
  }
  if (record.members?.[member] !== undefined) throw defined();
  const part: MemberPart = { status: "Pending", config };
  return { ...record, members: { ...record.members, [member]: part } };
}

/** Refuses to make an object that was not announced on every member. */
export function checkAnnounced(
  { state }: ApiRequest,
  kind: SharedKind,
  record: SharedRecord | undefined,
): asserts record is SharedRecord {
  const { title } = kind;
  if (record === undefined) {
    throw new Refusal(500, `${title} not pending on any node (use --target <node> first)`);
  }
  const missing = allMembers(state).filter(({ name }) => record.members?.[name] === undefined);
  if (missing.length > 0) {
    throw new Refusal(500, `${title} not defined on nodes: ${missing.map(({ name }) => name).join(", ")}`);
  }
  if (isCreated(record)) throw new Refusal(500, `The ${kind.longTitle.toLowerCase()} is already created`);
}

/** Refuses configuration for what was made in part already. */
export function checkRetry(kind: SharedKind, { members = {} }: SharedRecord, config: Config): void {
  const isErrored = Object.values(members).some(({ status }) => status === "Errored");
  if (!isErrored || Object.keys(config).length === 0) return;
  const about = `${kind.longTitle} already partially created`;
  throw new Refusal(500, `${about}. Please do not specify any global config when re-running create`);
}

/** Makes an object that was announced; what goes wrong from here on leaves it half done. */
export function createOnAll<T extends SharedRecord>(
  state: FakeState,
  { put, record, check }: { put(record: T): void; readonly record: T; check(): void },
): T {
  try {
    check();
    checkAllOnline(state);
  } catch (error) {
    put(withStatus(record, "Errored", [state.location]));
    throw error;
  }
  return withStatus(record, "Created");
}
