import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readLongStatus, readStatus } from "./cloud-init-status.ts";

const words = [
  "not run",
  "not started",
  "running",
  "done",
  "degraded done",
  "error",
  "error - done",
  "disabled",
  "new",
];
const kinds = ["running", "running", "running", "done", "done", "error", "error", "disabled", undefined];

test("every status that cloud-init has is known in both formats, and no other", () => {
  expect(words.map((status) => readStatus(JSON.stringify({ status }))?.status)).toEqual(kinds);
  expect(words.map((status) => readLongStatus(`status: ${status}\n`)?.status)).toEqual(kinds);
});

test("whatever is written instead is never an error of the reader", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      readStatus(text);
      readLongStatus(text);
    }),
  );
  expect(readStatus("[]")).toBeUndefined();
  expect(readStatus('{"status":1}')).toBeUndefined();
  expect(readLongStatus("usage: cloud-init")).toBeUndefined();
});

test("what failed and what it got over are kept whatever else is in it", () => {
  fc.assert(
    fc.property(fc.array(fc.string()), fc.array(fc.string()), fc.json(), (errors, messages, extra) => {
      const more = { extra: JSON.parse(extra) as unknown };
      expect(readStatus(JSON.stringify({ ...more, status: "error", errors }))).toMatchObject({
        status: "error",
        errors,
      });
      const recoverable_errors = { WARNING: messages };
      const done = readStatus(JSON.stringify({ ...more, status: "done", recoverable_errors }));
      expect(done).toEqual({ status: "done", warnings: messages.map((text) => `WARNING: ${text}`) });
    }),
  );
});
