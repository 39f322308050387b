/** A time as snapd prints it. */
export function rfc3339(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "000000Z");
}
