import { inspect } from "node:util";

/** Makes `util.inspect`, `JSON.stringify` and failed assertions show something else than the object itself. */
export function showAs<T extends object>(object: T, shown: () => object): T {
  const view = { value: shown };
  return Object.defineProperties(object, { [inspect.custom]: view, toJSON: view });
}
