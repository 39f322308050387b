import { inspect } from "node:util";
import { expect, test } from "vitest";
import { ApiError, isAlreadyExists, isNotFound } from "./api-error.ts";
import { TransportError } from "./transport-error.ts";

const answer = { serverMessage: "Instance not found", request: "GET /1.0/instances/c1", address: "/s" };

// Row 25 of the cases of the server object. The original decided by the text alone, which servers change.
test("only the server's own answer that something is missing counts as not found", () => {
  expect(isNotFound(new ApiError({ ...answer, status: 404 }))).toBe(true);
  expect(isNotFound(new ApiError({ ...answer, status: 400 }))).toBe(false);
  expect(isNotFound(new TransportError("not found", { code: "SOCKET_NOT_FOUND" }))).toBe(false);
  expect(isNotFound(new Error("not found"))).toBe(false);
  expect(isNotFound(undefined)).toBe(false);
});

test("that a name is taken is told by status 409, or by words where the status is that of any refusal", () => {
  const taken = (status: number, serverMessage: string): boolean =>
    isAlreadyExists(new ApiError({ ...answer, status, serverMessage }));
  expect(taken(409, "")).toBe(true);
  expect(taken(500, 'Error inserting "p" into database: The profile already exists')).toBe(true);
  expect(taken(400, "The network Already Exists")).toBe(true);
  expect(taken(500, "boom")).toBe(false);
  expect(taken(404, "already exists")).toBe(false);
  expect(isAlreadyExists(new Error("already exists"))).toBe(false);
  expect(isAlreadyExists(undefined)).toBe(false);
});

test("a refusal without words still says what was asked", () => {
  const error = new ApiError({ ...answer, serverMessage: "", status: 418 });
  expect(error).toMatchObject({ code: "SERVER_ERROR", message: expect.stringContaining("GET /1.0/instances/c1") });
  expect(inspect(error)).toContain("418");
});
