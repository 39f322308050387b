import { inspect } from "node:util";
import { operationSchema } from "@lxdkit/protocol";
import { expect, test } from "vitest";
import { OperationError } from "./operation-error.ts";

test("the operation is at hand, and its secrets are not shown with the error", () => {
  const operation = operationSchema.parse({
    id: "x",
    class: "token",
    description: "Executing operation",
    status: "Failure",
    status_code: 400,
    metadata: { secret: "planted-secret", fds: { 0: "planted-secret" } },
  });
  const error = new OperationError(operation, { code: "OPERATION_FAILED", text: "failed" });
  expect(error.operation.metadata).toMatchObject({ secret: "planted-secret" });
  for (const shown of [inspect(error, { depth: 9 }), JSON.stringify(error), String(error)]) {
    expect(shown).not.toContain("planted-secret");
  }
});
