/** Spellings of architectures in streams, to the kernel's names that LXD and Incus use. */
const kernelNames: Readonly<Record<string, string>> = {
  amd64: "x86_64",
  x86_64: "x86_64",
  arm64: "aarch64",
  aarch64: "aarch64",
  armhf: "armv7l",
  armv7l: "armv7l",
  armel: "armv6l",
  i386: "i686",
  i686: "i686",
  ppc64el: "ppc64le",
  ppc64le: "ppc64le",
  riscv64: "riscv64",
  s390x: "s390x",
};

/** The kernel's name (`x86_64`) of an architecture as a stream spells it (`amd64`); undefined when unknown. */
export function kernelArchitecture(spelling: string): string | undefined {
  return kernelNames[spelling];
}
