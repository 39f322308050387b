import { inspect } from "node:util";
import { expect, test } from "vitest";
import { ApiError, isNotFound } from "./api-error.ts";
import { TransportError } from "./transport-error.ts";

const answer = { serverMessage: "Instance not found", request: "GET /1.0/instances/c1", address: "/s" };

test("only the server's own answer that something is missing counts as not found", () => {
  expect(isNotFound(new ApiError({ ...answer, status: 404 }))).toBe(true);
  expect(isNotFound(new ApiError({ ...answer, status: 400 }))).toBe(false);
  expect(isNotFound(new TransportError("not found", { code: "SOCKET_NOT_FOUND" }))).toBe(false);
  expect(isNotFound(new Error("not found"))).toBe(false);
  expect(isNotFound(undefined)).toBe(false);
});

test("a refusal without words still says what was asked", () => {
  const error = new ApiError({ ...answer, serverMessage: "", status: 418 });
  expect(error).toMatchObject({ code: "SERVER_ERROR", message: expect.stringContaining("GET /1.0/instances/c1") });
  expect(inspect(error)).toContain("418");
});
