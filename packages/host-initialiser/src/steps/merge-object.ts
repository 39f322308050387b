import type { Devices } from "@lxdkit/protocol";
import type { ObjectChange } from "./step.ts";

/** The part of an object of a server that can be written; without what its kind does not have. */
export interface Writable {
  readonly config?: Readonly<Record<string, unknown>> | null | undefined;
  readonly devices?: Devices | null | undefined;
  readonly description?: string | null | undefined;
}

/** The body of a request that writes an object. */
export interface WritableBody {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly devices?: Devices;
  readonly description?: string;
}

/**
 * The writable part of an object with a change merged in: `config` key by key, devices key by key too. An empty value
 * removes a key. Undefined when the object is so already. A value `auto`, for which a server has drawn an address,
 * counts as that address; the source of a pool counts as the one that it was made from. With `sendsEmpty`, keys that go
 * are in the body with an empty value: a server does not forget its own `user.` keys otherwise.
 */
export function mergeObject(
  current: Writable,
  change: ObjectChange,
  { sendsEmpty = false }: { readonly sendsEmpty?: boolean | undefined } = {},
): WritableBody | undefined {
  const config = mergeTexts(current.config ?? {}, change.config ?? {}, isSatisfied, sendsEmpty);
  const devices = change.devices && mergeDevices(current.devices ?? {}, change.devices);
  const description = change.description === (current.description ?? "") ? undefined : change.description;
  if (config === undefined && devices === undefined && description === undefined) return undefined;
  return {
    ...writableOf(current),
    ...(config && { config }),
    ...(devices && { devices }),
    ...(description !== undefined && { description }),
  };
}

/** What of an object is written back. */
function writableOf({ config, devices, description }: Writable): WritableBody {
  return {
    ...(config !== undefined && { config: config ?? {} }),
    ...(devices !== undefined && { devices: devices ?? {} }),
    ...(description !== undefined && { description: description ?? "" }),
  };
}

/**
 * The change that takes back what came from `before` to `after`, in an object that is now `current`: what somebody else
 * has changed since then stays.
 */
export function changeBack(before: Writable, after: Writable, current: Writable): ObjectChange {
  const devices: Record<string, Readonly<Record<string, string>>> = {};
  for (const name of keysOf(before.devices, after.devices)) {
    const [was, became, is] = [before, after, current].map((object) => object.devices?.[name] ?? {});
    const back = textsBack(was ?? {}, became ?? {}, is ?? {});
    if (Object.keys(back).length > 0) devices[name] = back;
  }
  const isOurs = before.description !== after.description && current.description === after.description;
  return {
    config: textsBack(before.config ?? {}, after.config ?? {}, current.config ?? {}),
    ...(Object.keys(devices).length > 0 && { devices }),
    ...(isOurs && { description: before.description ?? "" }),
  };
}

type Values = Readonly<Record<string, unknown>>;
type Texts = Readonly<Record<string, string>>;

function textsBack(before: Values, after: Values, current: Values): Texts {
  const back: Record<string, string> = {};
  for (const key of keysOf(before, after)) {
    const [was, became, is] = [before[key], after[key], current[key]].map(textOf);
    if (was !== became && is === became) back[key] = was ?? "";
  }
  return back;
}

function keysOf(...objects: readonly (Values | null | undefined)[]): readonly string[] {
  return [...new Set(objects.flatMap((object) => Object.keys(object ?? {})))].sort();
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : value === undefined || value === null ? "" : JSON.stringify(value);
}

function mergeTexts(
  current: Values,
  change: Texts,
  isSo: (key: string, current: Values, wanted: string) => boolean,
  sendsEmpty = false,
): Values | undefined {
  const differing = Object.entries(change).filter(([key, wanted]) => !isSo(key, current, wanted));
  if (differing.length === 0) return undefined;
  const merged: Record<string, unknown> = { ...current };
  for (const [key, wanted] of differing) {
    if (wanted === "" && !sendsEmpty) delete merged[key];
    else merged[key] = wanted;
  }
  return merged;
}

function mergeDevices(current: Devices, change: Devices): Devices | undefined {
  const merged: Record<string, Texts> = { ...current };
  let isDifferent = false;
  for (const [name, wanted] of Object.entries(change)) {
    const device = mergeTexts(current[name] ?? {}, wanted, isEqual) as Texts | undefined;
    if (device === undefined) continue;
    isDifferent = true;
    if (Object.keys(device).length === 0) delete merged[name];
    else merged[name] = device;
  }
  return isDifferent ? merged : undefined;
}

function isEqual(key: string, current: Values, wanted: string): boolean {
  return textOf(current[key]) === wanted;
}

function isSatisfied(key: string, current: Values, wanted: string): boolean {
  if (isEqual(key, current, wanted)) return true;
  const present = textOf(current[key]);
  if (wanted === "auto" && /^ipv[46]\.address$/.test(key)) return present.includes("/");
  // A pool knows itself where it is; what it was made from it keeps apart.
  if (key === "source") return wanted === "" || current["volatile.initial_source"] === wanted;
  return false;
}
