import { type Area, reads } from "../area.ts";
import { makeInstance } from "./instances.ts";

/** `/1.0/operations`. */
export const operations: Area = {
  name: "operations",
  isOfProject: true,
  prepare: () => [makeInstance("c1")],
  templates: [
    ...reads("/1.0/operations", "/1.0/operations?recursion=1", "/1.0/operations?all-projects=true"),
    ...reads("/1.0/operations/{operation}", "/1.0/operations/{operation}/wait?timeout=1"),
    // Nobody ever ends a token, so nobody is told of its end.
    { method: "GET", path: "/1.0/operations/{operation}/wait", extra: () => ({ timeoutMs: 1000 }), weight: 0.5 },
    ...reads("/1.0/operations/nope", "/1.0/operations/nope/wait", "/1.0/operations/{operation}/wait?timeout=x"),
    { method: "DELETE", path: "/1.0/operations/{operation}" },
    { method: "DELETE", path: "/1.0/operations/nope", weight: 0.3 },
    {
      method: "POST",
      path: "/1.0/certificates",
      body: ({ one }) => ({ type: "client", token: true, name: one(["t1", "t2"]) }),
    },
    { method: "POST", path: "/1.0/instances", body: () => ({ name: "c2", source: { type: "none" } }) },
    { method: "DELETE", path: "/1.0/instances/<instance>" },
    { method: "POST", path: "/1.0/projects/pr1", body: () => ({ name: "pr2" }) },
  ],
};
