import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { shellQuote } from "./shell-quote.ts";

test("a shell reads every quoted word as it was", () => {
  const word = fc.string({ unit: "binary" }).filter((text) => !text.includes("\0"));
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), (words) => {
      const script = `printf '%s\\0' ${shellQuote(words)}`;
      const said = execFileSync("sh", ["-c", script], { encoding: "utf8" });
      expect(said).toBe(words.map((text) => `${text}\0`).join(""));
    }),
    { numRuns: 50 },
  );
});
