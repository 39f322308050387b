/** Names in the order of the alphabet, for people; `none` for an empty list. */
export function nameList(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.toSorted().join(", ");
}
