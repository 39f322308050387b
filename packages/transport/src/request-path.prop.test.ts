import { LxdkitError, pathSegment } from "@lxdkit/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openStage, outcome, sync } from "./stage.test-support.ts";

const pieces = [
  "/",
  "..",
  ".",
  "?",
  "#",
  "%",
  "%2f",
  "%2e%2e",
  "\\",
  "\r\n",
  "\u0001",
  "\t",
  "\u007f",
  " ",
  "é",
  "🦑",
  "👩‍👩‍👧",
  "+",
  "&",
  "=",
  ";",
  "@",
  ":",
  "'",
  '"',
  "a",
];
const hostile = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 8 }).map((parts) => parts.join(""));
const name = fc
  .oneof(
    hostile,
    fc.string({ unit: "binary", minLength: 1 }),
    fc.string({ unit: "grapheme", minLength: 64, maxLength: 200 }),
  )
  // The rest cannot be written as a segment at all.
  .filter((text) => ![".", ".."].includes(text) && !/[\p{Surrogate}\0]/u.test(text));

test("no name leaves its place in the path that a server sees, whatever the request is", async () => {
  await using on = await openStage();
  const seen: string[] = [];
  const server = await on.http((request, response) => {
    seen.push(request.url ?? "");
    response.end(sync(null));
  });
  server.server.on("upgrade", (request: { readonly url?: string }, socket: NodeJS.WritableStream) => {
    seen.push(request.url ?? "");
    socket.end("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
  });
  const connection = on.connect(server);
  const never = (): never => expect.fail("it was never open");
  const query = { project: "a/b?c#d" };
  await fc.assert(
    fc.asyncProperty(name, name, async (first, second) => {
      const path = `/1.0/instances/${pathSegment(first)}/snapshots/${pathSegment(second)}`;
      seen.length = 0;
      await connection.request({ method: "GET", path, query });
      await connection.stream({ method: "GET", path, query }).then(({ body }) => body.resume());
      await outcome(connection.openWebSocket(path, { query, onClose: never }));
      await outcome(connection.upgrade(path, { query, protocol: "sftp" }));
      expect(seen).toHaveLength(4);
      for (const url of seen) {
        const [seenPath = "", search] = url.split("?");
        const segments = seenPath.split("/").map(decodeURIComponent);
        expect(segments).toEqual(["", "1.0", "instances", first, "snapshots", second]);
        expect(new URLSearchParams(search).get("project")).toBe(query.project);
      }
    }),
    { numRuns: 150 },
  );
}, 20_000);

test("a path is sent as it is, or refused by an error of ours before anything is sent", async () => {
  await using on = await openStage();
  const seen: string[] = [];
  const server = await on.http((request, response) => {
    seen.push(request.url ?? "");
    response.end(sync(null));
  });
  const connection = on.connect(server);
  const path = fc.oneof(
    hostile,
    fc.string({ unit: "binary" }),
    hostile.map((text) => `/${text}`),
  );
  await fc.assert(
    fc.asyncProperty(path, async (text) => {
      seen.length = 0;
      try {
        await connection.request({ method: "GET", path: text });
        expect(seen).toEqual([text]);
      } catch (error) {
        if (!LxdkitError.is(error)) throw error;
        expect(error).toMatchObject({ code: "INVALID_REQUEST" });
        expect(seen).toEqual([]);
      }
    }),
    { numRuns: 300 },
  );
}, 20_000);
