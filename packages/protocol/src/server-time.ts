/** What Go writes for a time that nobody set, in front of fractions and the zone. */
const zeroTime = "0001-01-01T00:00:00";

/**
 * Says whether a time field has no value: it is null, empty, or the year 1, which is how servers write it. So
 * `expires_at` of an image that never expires is unset.
 */
export function isUnsetTime(time: string | null | undefined): boolean {
  return time === null || time === undefined || time === "" || time.startsWith(zeroTime);
}

/**
 * Reads a time field (RFC 3339; fractions below a millisecond are dropped). Undefined when it is unset or is no time.
 * Instances that never ran have 1970-01-01 in `last_used_at`; that is read as it stands.
 */
export function readTime(time: string | null | undefined): Date | undefined {
  if (time === null || time === undefined || isUnsetTime(time)) return undefined;
  const date = new Date(/^\d{4}-\d{2}-\d{2}T/.test(time) ? time : Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** Says whether an instance or an image with this `last_used_at` was never used: it is unset, or the year 1970 begins. */
export function isNeverUsed(lastUsedAt: string | null | undefined): boolean {
  return isUnsetTime(lastUsedAt) || readTime(lastUsedAt)?.getTime() === 0;
}
