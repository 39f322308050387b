/** What LXD calls each architecture by number, which its ETags hold. */
const numbers: Readonly<Record<string, number>> = {
  ...{ i686: 1, x86_64: 2, armv7l: 3, aarch64: 4, ppc: 5, ppc64: 6, ppc64le: 7, s390x: 8 },
  ...{ mips: 9, mips64: 10, riscv32: 11, riscv64: 12, armv6l: 13, armv8l: 14, loongarch64: 15 },
};

/** Smaller architectures that a machine runs too. */
const personalities: Readonly<Record<string, readonly string[]>> = {
  x86_64: ["i686"],
  aarch64: ["armv6l", "armv7l", "armv8l"],
  ppc64: ["ppc"],
};

/** What a machine of `architecture` (the kernel's name) runs, that itself first. */
export function runnableOn(architecture: string): readonly string[] {
  return [architecture, ...(personalities[architecture] ?? [])];
}

/** Whether the servers know the architecture by name. */
export function isArchitecture(name: string): boolean {
  return numbers[name] !== undefined;
}

/** The number of an architecture; 0 for one that is not known. */
export function architectureNumber(name: string): number {
  return numbers[name] ?? 0;
}
