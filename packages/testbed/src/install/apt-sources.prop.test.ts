import fc from "fast-check";
import { expect, test } from "vitest";
import { type AptSource, formatSuiteSource, parseAptSources } from "./apt-sources.ts";

const word = fc.stringMatching(/^[a-z][a-z0-9.-]{0,10}$/);
const fields = fc.dictionary(fc.stringMatching(/^X-[A-Z][a-z]{1,8}$/), word);

test("an entry that was written is read as it was", () => {
  fc.assert(
    fc.property(word, word, fields, (host, suite, others) => {
      const uri = `http://${host}.example/debian`;
      const like: AptSource = {
        types: ["deb"],
        uris: [uri],
        suites: ["any"],
        components: ["main"],
        fields: { ...others },
      };
      expect(parseAptSources(formatSuiteSource(like, suite), "sources")).toEqual([{ ...like, suites: [suite] }]);
    }),
  );
});

test("no text makes the reader fail", () => {
  const line = fc.oneof(fc.string(), fc.constantFrom("Types: deb", "URIs:", " more", "deb http://a b c", "deb [", ""));
  fc.assert(
    fc.property(fc.array(line), fc.constantFrom("sources" as const, "list" as const), (lines, format) => {
      for (const source of parseAptSources(lines.join("\n"), format)) expect(source.uris).not.toEqual([]);
    }),
  );
});
