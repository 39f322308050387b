/** The numbers of a server's version. */
export interface Version {
  readonly major: number;
  readonly minor: number;
  /** 0 when the text has only two numbers. */
  readonly patch: number;
}

const pattern = /^([0-9]{1,9})\.([0-9]{1,9})(?:\.([0-9]{1,9}))?(?:\.[a-z]+[0-9]*)?(?:[\s~+-].*)?$/s;

/**
 * Reads `environment.server_version`, such as `5.0.2`, `6.9`, `5.21.7 LTS` or `2.0.0.rc4`: two or three numbers, and
 * what may follow them is ignored. Undefined for any other text.
 *
 * Decide by API extensions where there is one; versions of LXD and Incus do not compare with each other.
 */
export function parseVersion(text: string): Version | undefined {
  const match = pattern.exec(text.trim());
  if (match === null) return undefined;
  return { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3] ?? 0) };
}

/** Negative when `a` is older than `b`, positive when it is newer, 0 when they are the same; 3.9 is older than 3.10. */
export function compareVersions(a: Version, b: Version): number {
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch;
}

/** Says whether the version in `text` is `wanted` or newer; false for a text that is no version. */
export function isVersionAtLeast(text: string, wanted: string): boolean {
  const [version, least] = [parseVersion(text), parseVersion(wanted)];
  return version !== undefined && least !== undefined && compareVersions(version, least) >= 0;
}
