/** A moment as servers print it: RFC 3339 with nanoseconds. */
export function wireTime(ms: number): string {
  // Servers print nine digits; clients must not choke on them.
  return new Date(ms).toISOString().replace("Z", "000001Z");
}

/** What Go prints for a time that was never set. */
export const unsetTime = "0001-01-01T00:00:00Z";

/** What servers print for an instance that never ran. */
export const neverUsed = "1970-01-01T00:00:00Z";
