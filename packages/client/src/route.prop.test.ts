import { LxdkitError } from "@lxdkit/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { requestLine, type Route } from "./route.ts";

const routes = [
  "GET /1.0/instances/{name}",
  "PUT /1.0/instances/{name}/snapshots/{snapshot}",
  "DELETE /1.0/images/aliases/{name}",
  "GET /1.0/instances/{name}/logs/exec-output/{filename}",
] as const satisfies readonly Route[];

const pieces = [
  "..",
  ".",
  "/",
  "\\",
  "?",
  "#",
  "%",
  "%2f",
  "%2e",
  "%00",
  "\t",
  "\r\n",
  "é",
  "🦑",
  "a",
  ";",
  "{name}",
  "$&",
];
const hostile = fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((parts) => parts.join(""));
const name = fc.oneof(
  hostile,
  fc.string({ unit: "binary", maxLength: 80 }),
  fc.string({ minLength: 64, maxLength: 300 }),
);

test("whatever the names are, a request goes to the object of exactly these names or nowhere", () => {
  fc.assert(
    fc.property(fc.constantFrom(...routes), name, name, (route, first, second) => {
      const parameters = { name: first, snapshot: second, filename: second };
      let line: ReturnType<typeof requestLine>;
      try {
        line = requestLine(route, parameters);
      } catch (error) {
        const isRefused = [first, second].some(
          (text) => ["", ".", ".."].includes(text) || text.includes("\0") || /\p{Cs}/u.test(text),
        );
        expect([LxdkitError.is(error) && error.code, isRefused]).toEqual(["BAD_PATH_SEGMENT", true]);
        return;
      }
      const template = route.slice(route.indexOf(" ") + 1).split("/");
      expect(line.method).toBe(route.slice(0, route.indexOf(" ")));
      // What Node and the servers make of the path.
      const url = new URL(line.path, "http://server");
      expect(url.pathname + url.search + url.hash).toBe(line.path);
      const read = line.path.split("/").map((segment) => decodeURIComponent(segment));
      expect(read).toEqual(template.map((part) => parameters[part.slice(1, -1) as keyof typeof parameters] ?? part));
    }),
    { numRuns: 1000 },
  );
});
