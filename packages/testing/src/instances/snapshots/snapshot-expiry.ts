import { unsetTime, wireTime } from "../../core/wire-time.ts";

/** Says whether `expression` is one of `snapshots.expiry`, such as `1d 12H`. */
export function isExpiry(expression: string): boolean {
  return /^\s*(?:\d+[SMHdwmy]\s*)+$/.test(expression);
}

/** When something that is made `now` expires by `snapshots.expiry`; never when the expression is empty. */
export function expiryTime(expression: string, now: number): string {
  if (!isExpiry(expression)) return unsetTime;
  const date = new Date(now);
  for (const [, count = "0", unit = ""] of expression.matchAll(/(\d+)([SMHdwmy])/g)) add(date, Number(count), unit);
  return wireTime(date.getTime());
}

function add(date: Date, count: number, unit: string): void {
  switch (unit) {
    case "S":
      return void date.setUTCSeconds(date.getUTCSeconds() + count);
    case "M":
      return void date.setUTCMinutes(date.getUTCMinutes() + count);
    case "H":
      return void date.setUTCHours(date.getUTCHours() + count);
    case "d":
      return void date.setUTCDate(date.getUTCDate() + count);
    case "w":
      return void date.setUTCDate(date.getUTCDate() + 7 * count);
    case "m":
      return void date.setUTCMonth(date.getUTCMonth() + count);
    default:
      return void date.setUTCFullYear(date.getUTCFullYear() + count);
  }
}
