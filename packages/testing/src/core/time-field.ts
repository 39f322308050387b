import type { Flavour } from "@lxdkit/protocol";
import type { JsonObject } from "./json-body.ts";
import { Refusal } from "./refusal.ts";
import { unsetTime } from "./wire-time.ts";

const layout = "2006-01-02T15:04:05Z07:00";

/** A field that holds a moment; undefined when missing or null, 400 in the family's words when it is none. */
export function timeField(flavour: Flavour, object: JsonObject, key: string): string | undefined {
  if (object[key] === undefined || object[key] === null) return undefined;
  const text = object[key];
  if (typeof text !== "string") throw noText(flavour, text);
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text))) {
    return inUtc(text);
  }
  // LXD 5.0.2 is built with a Go that parses the text with its quotes.
  const quote = (value: string): string => (flavour === "lxd" ? JSON.stringify(`"${value}"`) : `"${value}"`);
  const rest = flavour === "lxd" ? `${text}\\"` : text;
  throw new Refusal(400, `parsing time ${quote(text)} as ${quote(layout)}: cannot parse "${rest}" as "2006"`);
}

/** When a backup is to be removed: never, where the field is no text or empty. */
export function expiryField(flavour: Flavour, body: JsonObject): string {
  const { expires_at: text } = body;
  return typeof text === "string" && text !== "" ? (timeField(flavour, body, "expires_at") ?? unsetTime) : unsetTime;
}

function noText(flavour: Flavour, value: unknown): Refusal {
  if (flavour === "incus") return new Refusal(400, "Time.UnmarshalJSON: input is not a JSON string");
  const quoted = JSON.stringify(JSON.stringify(value));
  return new Refusal(
    400,
    `parsing time ${quoted} as ${JSON.stringify(`"${layout}"`)}: cannot parse ${quoted} as "\\""`,
  );
}

/** The same moment as servers print it: in UTC, and without zeros at the end. */
function inUtc(text: string): string {
  const [all = "", fraction = ""] = /\.(\d+)/.exec(text) ?? [];
  const whole = new Date(Date.parse(text.replace(all, ""))).toISOString().slice(0, 19);
  const kept = fraction.replace(/0+$/, "");
  return `${whole}${kept === "" ? "" : `.${kept}`}Z`;
}
