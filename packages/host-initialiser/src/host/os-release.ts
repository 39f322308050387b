/** What `/etc/os-release` says. */
export interface OsRelease {
  /** For example `ubuntu` or `debian`; empty when it is not known. */
  readonly id: string;
  /** Those that it is like, for example `rhel fedora`. */
  readonly idLike: readonly string[];
  readonly versionId: string;
  readonly codename: string;
  /** For people. */
  readonly name: string;
}

/** Reads the text of `/etc/os-release`. */
export function readOsRelease(text: string): OsRelease {
  const values = new Map(
    text.split("\n").flatMap((line) => {
      const [, key = "", value = ""] = /^([A-Z_]+)=(.*)$/.exec(line.trim()) ?? [];
      return key === "" ? [] : [[key, value.replace(/^(["'])(.*)\1$/, "$2")] as const];
    }),
  );
  const of = (key: string): string => values.get(key) ?? "";
  return {
    id: of("ID"),
    idLike: of("ID_LIKE")
      .split(" ")
      .filter((word) => word !== ""),
    versionId: of("VERSION_ID"),
    codename: of("VERSION_CODENAME"),
    name: of("PRETTY_NAME"),
  };
}

/** The series of a host as the seeds name it: `jammy`, `bookworm`, `centos7`, `opensuseleap`; empty when unknown. */
export function seriesOf({ id, versionId, codename }: OsRelease): string {
  if (id === "centos") return `centos${versionId.split(".")[0] ?? ""}`;
  if (id === "opensuse-leap" || id === "opensuse") return "opensuseleap";
  return codename;
}
