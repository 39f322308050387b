import { Readable } from "node:stream";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readText } from "./read-text.ts";

const where = { request: "GET /1.0", address: "/s" };

test("a text is the same in whatever parts it comes, up to the limit", async () => {
  const text = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.tuple(fc.string({ unit: "grapheme", minLength: 1 }), fc.nat(5_000)).map(([part, times]) => part.repeat(times)),
  );
  await fc.assert(
    fc.asyncProperty(text, fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 1 }), async (whole, lengths) => {
      const bytes = Buffer.from(whole);
      const parts: Buffer[] = [];
      for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
        const length = lengths[turn % lengths.length] ?? 1;
        parts.push(bytes.subarray(at, at + length));
        at += length;
      }
      const read = (maxBytes: number): Promise<string> => readText(Readable.from(parts), { ...where, maxBytes });
      expect(await read(bytes.length)).toBe(bytes.toString());
      if (bytes.length === 0) return;
      await expect(read(bytes.length - 1)).rejects.toMatchObject({ code: "ANSWER_TOO_LARGE", ...where });
    }),
  );
});
