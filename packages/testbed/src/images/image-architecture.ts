import { LxdkitError } from "@lxdkit/protocol";

/** The two spellings of an architecture. */
export interface ImageArchitecture {
  /** As in products files and in Debian, for example `amd64`. */
  readonly debian: string;
  /** As servers spell it, for example `x86_64`. */
  readonly kernel: string;
}

const byNode: Readonly<Record<string, ImageArchitecture>> = {
  x64: { debian: "amd64", kernel: "x86_64" },
  arm64: { debian: "arm64", kernel: "aarch64" },
  arm: { debian: "armhf", kernel: "armv7l" },
  ia32: { debian: "i386", kernel: "i686" },
  ppc64: { debian: "ppc64el", kernel: "ppc64le" },
  s390x: { debian: "s390x", kernel: "s390x" },
  riscv64: { debian: "riscv64", kernel: "riscv64" },
};

/**
 * The architecture of the images that run on this machine.
 *
 * @throws {LxdkitError} `TESTBED_UNSUPPORTED` for a processor that the servers do not know.
 */
export function imageArchitecture(node: string = process.arch): ImageArchitecture {
  const found = byNode[node];
  if (found === undefined) {
    throw new LxdkitError(`A test bed does not know the processor architecture ${node}.`, {
      code: "TESTBED_UNSUPPORTED",
    });
  }
  return found;
}
