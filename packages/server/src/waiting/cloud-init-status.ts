/** How cloud-init ended in an instance, by its own words. */
export type CloudInitOutcome =
  /** It has done all; `warnings` are troubles that it got over, as newer versions tell. */
  | { readonly status: "done"; readonly warnings: readonly string[] }
  /** Some of it failed: a script of the user data, for example. */
  | {
      readonly status: "error";
      readonly detail: string;
      /** What failed, by module. */
      readonly errors: readonly string[];
      /** The last lines of what it and its scripts have written, as far as they can be read. May hold secrets. */
      readonly log: string;
    }
  /** It is there and does nothing. */
  | { readonly status: "disabled"; readonly detail: string }
  /** The instance has none. */
  | { readonly status: "not-installed" };

/** What `cloud-init status` says: an outcome, or where it is on the way to one. */
export type CloudInitStatus = CloudInitOutcome | { readonly status: "running" };

/** Reads what `cloud-init status --format json` wrote; undefined when it is not that. */
export function readStatus(stdout: string): CloudInitStatus | undefined {
  const object = parse(stdout);
  const { status, detail, errors, recoverable_errors: recoverable } = isObject(object) ? object : {};
  if (typeof status !== "string") return undefined;
  return outcomeOf(status, typeof detail === "string" ? detail : "", textsOf(errors), warningsOf(recoverable));
}

/** Reads what `cloud-init status --long` wrote, of versions that know no JSON; undefined when it is not that. */
export function readLongStatus(stdout: string): CloudInitStatus | undefined {
  const status = /^status: *(.+)$/m.exec(stdout)?.[1];
  if (status === undefined) return undefined;
  const detail = /^detail: *([\s\S]*)$/m.exec(stdout)?.[1]?.trim() ?? "";
  return outcomeOf(status.trim(), detail, status.startsWith("error") && detail !== "" ? [detail] : [], []);
}

function outcomeOf(
  text: string,
  detail: string,
  errors: readonly string[],
  warnings: readonly string[],
): CloudInitStatus | undefined {
  if (text.startsWith("error")) return { status: "error", detail, errors, log: "" };
  if (text.startsWith("disabled")) return { status: "disabled", detail };
  if (text.endsWith("done")) return { status: "done", warnings };
  return ["running", "not run", "not started"].some((state) => text.endsWith(state))
    ? { status: "running" }
    : undefined;
}

/** Messages by level. */
function warningsOf(recoverable: unknown): string[] {
  if (!isObject(recoverable)) return [];
  return Object.entries(recoverable).flatMap(([level, messages]) =>
    textsOf(messages).map((message) => `${level}: ${message}`),
  );
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
