import { LxdkitError } from "@lxdkit/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openStage } from "./stage.test-support.ts";
import { readAnswer } from "./read-answer.ts";

const where = { request: "GET /1.0", address: "/s" };

/** Texts from nothing like an answer to almost one. */
const field = fc.oneof(
  fc.json().map((text) => JSON.parse(text) as unknown),
  fc.constantFrom("sync", "async", "error", 200, 404, "", null),
);
const almostEnvelope = fc.record(
  {
    type: field,
    status: field,
    status_code: field,
    operation: field,
    error: field,
    error_code: field,
    metadata: field,
  },
  { requiredKeys: [] },
);
const bytes = fc.uint8Array({ maxLength: 64 }).map((list) => Buffer.from(list));
const body = fc.oneof(
  bytes,
  fc.json().map((text) => Buffer.from(text)),
  almostEnvelope.map((fields) => Buffer.from(JSON.stringify(fields))),
  almostEnvelope.chain((fields) => {
    const text = JSON.stringify(fields);
    return fc.nat(text.length).map((cut) => Buffer.from(text.slice(0, cut)));
  }),
);
const headers = fc.dictionary(
  fc.constantFrom("retry-after", "location", "etag", "__proto__"),
  fc.oneof(fc.string(), fc.array(fc.string(), { maxLength: 2 })),
);

/** What must hold for an error of ours. */
function expectOurs(error: unknown): void {
  if (!LxdkitError.is(error)) throw error;
  expect(error).toMatchObject({ ...where, code: expect.stringMatching(/^[A-Z_]+$/), message: expect.any(String) });
}

test("whatever a server answers is an envelope or an error of ours", () => {
  fc.assert(
    fc.property(body, fc.integer({ min: 0, max: 999 }), headers, (text, status, received) => {
      try {
        const envelope = readAnswer({ status, headers: received, text: text.toString(), ...where });
        expect(["sync", "async"]).toContain(envelope.type);
        expect(envelope).toMatchObject({
          status: expect.any(String),
          status_code: expect.any(Number),
          operation: expect.any(String),
          error: expect.any(String),
          error_code: expect.any(Number),
        });
        expect(envelope).toHaveProperty("metadata");
        expect(status).toBeLessThan(300);
      } catch (error) {
        expectOurs(error);
      }
    }),
    { numRuns: 2_000 },
  );
});

test("whatever bytes a server sends are an answer or an error of ours, soon", async () => {
  await using on = await openStage();
  let answer: Buffer = Buffer.alloc(0);
  const server = await on.raw((socket) => {
    socket.once("data", () => socket.end(answer));
  });
  const connection = on.connectWith(server, {});
  const good = 'HTTP/1.1 200 OK\r\ncontent-length: 32\r\n\r\n{"type":"sync","status_code":200}';
  const changed = fc
    .array(
      fc.tuple(
        fc.nat(good.length),
        fc.oneof(
          bytes,
          fc.constantFrom("\r\n", "\n", "0", ":", " ").map((text) => Buffer.from(text)),
        ),
      ),
      { maxLength: 4 },
    )
    .map((changes) => {
      let raw = Buffer.from(good);
      for (const [at, inserted] of changes) raw = Buffer.concat([raw.subarray(0, at), inserted, raw.subarray(at + 1)]);
      return raw;
    });
  await fc.assert(
    fc.asyncProperty(fc.oneof(changed, bytes, body), async (raw) => {
      answer = raw;
      try {
        const { envelope } = await connection.request({ method: "GET", path: "/1.0", retries: 0, timeoutMs: 1_000 });
        expect(["sync", "async"]).toContain(envelope.type);
      } catch (error) {
        expect(error).toMatchObject({ code: expect.not.stringMatching(/^TIMEOUT$/) });
        expect(error).toMatchObject({ request: "GET /1.0", address: server.address });
        if (!LxdkitError.is(error)) throw error;
      }
    }),
    { numRuns: 300 },
  );
}, 20_000);
