import { userNamespacePrefix } from "./config-keys.ts";

/** What the maker of an instance wrote under a key of the namespace `user.`; empty when there is nothing. */
export function metadata(instance: { readonly config: Readonly<Record<string, string>> }, key: string): string {
  const name = userNamespacePrefix + key;
  return Object.hasOwn(instance.config, name) ? (instance.config[name] ?? "") : "";
}
