import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { readEnvelope } from "./read-envelope.ts";

const about = { request: "GET /1.0/x", address: "/s" };
const answer = (text: string) => ({ status: 200, headers: {}, body: Readable.from([Buffer.from(text)]) });

test("reads the envelope of an answer that came as a stream", async () => {
  const text = JSON.stringify({ type: "sync", status_code: 200, metadata: ["a"] });
  expect(await readEnvelope(answer(text), about)).toMatchObject({ type: "sync", metadata: ["a"] });
});

test.each([
  ['{"type":"sync"', "BAD_ANSWER"],
  ["<html>", "BAD_ANSWER"],
  ['{"type":"error","error":"no","error_code":404,"metadata":null}', "NOT_FOUND"],
])("%s is %s", async (text, code) => {
  await expect(readEnvelope(answer(text), about)).rejects.toMatchObject({ code, request: "GET /1.0/x", address: "/s" });
});
