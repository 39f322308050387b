import { operationSchema } from "@lxdkit/protocol";
import { expect, test } from "vitest";
import { operationInstances } from "./operation-instances.ts";

const operation = { id: "i", class: "task", status: "Running", status_code: 103 };

test.each([
  [{ instances: ["/1.0/instances/c1?project=web", "/1.0/instances/c2"] }, ["c1", "c2"]],
  [{ instances: ["/1.0/instances/c1"], containers: ["/1.0/containers/c1"] }, ["c1"]],
  [{ containers: ["/1.0/containers/c1"] }, ["c1"]],
  [{ images: ["/1.0/images/f"] }, []],
  [null, []],
])("%j", (resources, names) => {
  expect(operationInstances(operationSchema.parse({ ...operation, resources }))).toEqual(names);
});
