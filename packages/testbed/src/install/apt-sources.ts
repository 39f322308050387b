/** One entry of APT's package sources. */
export interface AptSource {
  /** `deb`, `deb-src` or both. */
  readonly types: readonly string[];
  readonly uris: readonly string[];
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** Further fields in the form of deb822 files, for example `Signed-By`. */
  readonly fields: Readonly<Record<string, string>>;
}

/**
 * Reads a file of package sources.
 *
 * @param format - `sources` for the form with fields (deb822), `list` for one entry per line. Entries that are
 *   switched off or not understood are left out.
 */
export function parseAptSources(text: string, format: "sources" | "list"): readonly AptSource[] {
  return format === "sources" ? parseFields(text) : text.split("\n").flatMap(parseLine);
}

function parseFields(text: string): readonly AptSource[] {
  const stanzas = text
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .join("\n")
    .split(/\n\s*\n/);
  return stanzas.flatMap((stanza) => {
    const fields = new Map<string, string>();
    // A field goes on in lines that start with a blank.
    for (const [, name, value] of stanza.matchAll(/^([\w-]+):((?:.*)(?:\n[ \t].*)*)/gm)) {
      fields.set((name ?? "").toLowerCase(), (value ?? "").trim());
    }
    const words = (name: string): readonly string[] =>
      (fields.get(name) ?? "").split(/\s+/).filter((word) => word !== "");
    const known = ["types", "uris", "suites", "components", "enabled"];
    const others = [...fields]
      .filter(([name]) => !known.includes(name))
      .map(([name, value]) => [fieldName(name), value]);
    const source: AptSource = {
      types: words("types"),
      uris: words("uris"),
      suites: words("suites"),
      components: words("components"),
      fields: Object.fromEntries(others) as Record<string, string>,
    };
    const isOn = !/^(no|false|off|0)$/i.test(fields.get("enabled") ?? "yes");
    return isOn && source.types.length > 0 && source.uris.length > 0 ? [source] : [];
  });
}

function parseLine(line: string): readonly AptSource[] {
  const parts = /^\s*(deb|deb-src)\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
  if (parts === null) return [];
  const [, type = "", options = "", uri = "", suite = "", components = ""] = parts;
  const fields = options
    .split(/\s+/)
    .filter((option) => option.includes("="))
    .map((option) => [
      fieldName(option.slice(0, option.indexOf("="))),
      option.slice(option.indexOf("=") + 1).replaceAll(",", " "),
    ]);
  return [
    {
      types: [type],
      uris: [uri],
      suites: [suite],
      components: components.split(/\s+/).filter((word) => word !== ""),
      fields: Object.fromEntries(fields) as Record<string, string>,
    },
  ];
}

/** `signed-by` becomes `Signed-By`; the short `arch` of one-line entries becomes `Architectures`. */
function fieldName(name: string): string {
  if (name.toLowerCase() === "arch") return "Architectures";
  return name.toLowerCase().replaceAll(/(^|-)([a-z])/g, (letter) => letter.toUpperCase());
}

/** The entry that the machine's own release comes from: binary packages of exactly that suite, with `main`. */
export function findReleaseSource(sources: readonly AptSource[], codename: string): AptSource | undefined {
  return sources.find(
    ({ types, suites, components }) =>
      types.includes("deb") && suites.includes(codename) && components.includes("main"),
  );
}

/** Says whether binary packages of a suite are among the sources. */
export function hasSuite(sources: readonly AptSource[], suite: string): boolean {
  return sources.some(({ types, suites }) => types.includes("deb") && suites.includes(suite));
}

/** The text of a sources file that adds a suite from the same place as another entry. */
export function formatSuiteSource(like: AptSource, suite: string): string {
  const fields = Object.entries(like.fields).map(([name, value]) => `${name}: ${value}`);
  const [uri = ""] = like.uris;
  return `${["Types: deb", `URIs: ${uri}`, `Suites: ${suite}`, "Components: main", ...fields].join("\n")}\n`;
}
