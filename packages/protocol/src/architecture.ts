/** What a name contains, and Debian's name for it; the first that matches wins. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/amd64|x86_64/, "amd64"],
  [/i?[3-9]86/, "i386"],
  [/aarch64/, "arm64"],
  [/armv/, "armhf"],
  [/ppc64/, "ppc64el"],
  [/s390x/, "s390x"],
  [/riscv64/, "riscv64"],
];

/** Debian's names and the kernel's, where they differ. */
const kernelNames: ReadonlyMap<string, string> = new Map([
  ["amd64", "x86_64"],
  ["i386", "i686"],
  ["arm64", "aarch64"],
  ["armhf", "armv7l"],
  ["armel", "armv6l"],
  ["ppc64el", "ppc64le"],
  ["powerpc", "ppc"],
  ["loong64", "loongarch64"],
]);

/**
 * Debian's name of an architecture, as images and packages are named: `amd64` for `x86_64`, `arm64` for `aarch64`,
 * `ppc64el` for `ppc64le`. A name that is not known is returned as it is, without blanks around it.
 */
export function debianArchitecture(name: string): string {
  const trimmed = name.trim();
  return patterns.find(([pattern]) => pattern.test(trimmed))?.[1] ?? trimmed;
}

/**
 * The kernel's name of an architecture, as servers use it: `x86_64` for `amd64`, `aarch64` for `arm64`. A name that
 * is not Debian's is returned as it is, without blanks around it.
 */
export function kernelArchitecture(name: string): string {
  const trimmed = name.trim();
  return kernelNames.get(trimmed) ?? trimmed;
}
