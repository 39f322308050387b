/** Records of one kind, found by their scope (such as a project) and their name in it. */
export interface Table<T> {
  get(scope: string, name: string): T | undefined;
  /** Those of one scope, the oldest first. */
  in(scope: string): readonly T[];
  /** All of them, scope by scope. */
  all(): readonly T[];
  /** Records of this table, whatever their scopes are, in the order in which they came. */
  oldestFirst(records: readonly T[]): readonly T[];
  /** Adds a record, or puts it in the place of the one with the same name. */
  put(record: T): void;
  /** Puts a record in the place of another one of its scope, such as itself under its old name. */
  replace(old: T, record: T): void;
  /** Removes the record with that name; false when there is none. */
  delete(record: T): boolean;
}

/** Where a record belongs: its scope and its name there. */
export type RecordKey = readonly [scope: string, name: string];

/** Makes a {@link Table} that holds `records`; `keyOf` says where each belongs. */
export function createTable<T>(keyOf: (record: T) => RecordKey, records: readonly T[] = []): Table<T> {
  const scopes = new Map<string, Map<string, T>>();
  const ages = new Map<string, number>();
  let made = 0;
  const keyText = (record: T): string => scopeOf(...keyOf(record));
  const ageOf = (record: T): number => ages.get(keyText(record)) ?? 0;
  const table: Table<T> = {
    get: (scope, name) => scopes.get(scope)?.get(name),
    in: (scope) => [...(scopes.get(scope)?.values() ?? [])],
    all: () => [...scopes.values()].flatMap((found) => [...found.values()]),
    oldestFirst: (found) => found.toSorted((a, b) => ageOf(a) - ageOf(b)),
    put(record) {
      if (!ages.has(keyText(record))) ages.set(keyText(record), (made += 1));
      const [scope, name] = keyOf(record);
      const found = scopes.get(scope);
      if (found === undefined) scopes.set(scope, new Map([[name, record]]));
      else found.set(name, record);
    },
    replace(old, record) {
      const [[scope, oldName], [, name]] = [keyOf(old), keyOf(record)];
      const age = ageOf(old);
      ages.delete(keyText(old));
      ages.set(keyText(record), age);
      const entries = [...(scopes.get(scope) ?? [])];
      scopes.set(scope, new Map(entries.map((entry) => (entry[0] === oldName ? [name, record] : entry))));
    },
    delete(record) {
      ages.delete(keyText(record));
      const [scope, name] = keyOf(record);
      return scopes.get(scope)?.delete(name) ?? false;
    },
  };
  for (const record of records) table.put(record);
  return table;
}

/** A scope below another one, such as the volumes of one type in one pool. */
export function scopeOf(...parts: readonly string[]): string {
  return parts.join("\n");
}
