import { debianArchitecture, type InstanceType } from "@lxdkit/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { cacheAlias } from "./cache-alias.ts";
import { seriesAliases } from "./series-aliases.ts";

const architectures = fc.constantFrom("amd64", "x86_64", "arm64", "aarch64", "ppc64el", "s390x", "riscv64", "armhf");
const series = fc.oneof(fc.constantFrom("xenial", "jammy", "noble", "centos7", "centos9", "opensuseleap"), fc.string());

test("a series has one alias that ends in Debian's name of the architecture, or an error with a code", () => {
  fc.assert(
    fc.property(series, architectures, (name, architecture) => {
      let aliases: readonly string[];
      try {
        aliases = seriesAliases(name, architecture);
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^SERIES_(UNKNOWN|NOT_SUPPORTED)$/) });
        expect((error as Error).message).toContain(name === "" ? '""' : JSON.stringify(name).slice(1, -1));
        return;
      }
      expect(aliases).toHaveLength(1);
      expect(aliases[0]?.split("/").at(-1)).toBe(debianArchitecture(architecture));
    }),
  );
});

test("the spelling of the architecture does not matter", () => {
  const pairs = fc.constantFrom(["amd64", "x86_64"], ["arm64", "aarch64"], ["ppc64el", "ppc64le"], ["armhf", "armv7l"]);
  fc.assert(
    fc.property(fc.constantFrom("xenial", "jammy"), pairs, (name, [debian = "", kernel = ""]) => {
      expect(seriesAliases(name, debian)).toEqual(seriesAliases(name, kernel));
    }),
  );
});

test("no two kinds of image share an alias of a server", () => {
  const kinds = fc.record({
    series: fc.constantFrom("xenial", "jammy", "centos7"),
    architecture: fc.constantFrom("amd64", "arm64", "s390x"),
    type: fc.constantFrom<InstanceType>("container", "virtual-machine"),
  });
  fc.assert(
    fc.property(kinds, kinds, fc.constantFrom("juju", "mine"), (one, other, prefix) => {
      const isSame = JSON.stringify(one) === JSON.stringify(other);
      expect(cacheAlias(prefix, one) === cacheAlias(prefix, other)).toBe(isSame);
    }),
  );
});
