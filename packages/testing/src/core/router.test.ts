import { expect, test } from "vitest";
import { createRouteMatcher } from "./router.ts";
import { routes } from "../routes.ts";

const matchRoute = createRouteMatcher(routes);

test.each([
  ["/", "/", {}],
  ["/1.0/instances/c1", "/1.0/instances/{name}", { name: "c1" }],
  ["/1.0/instances/c1/state", "/1.0/instances/{name}/state", { name: "c1" }],
  ["/1.0/images/aliases", "/1.0/images/aliases", {}],
  ["/1.0/images/aliases/a%2Fb", "/1.0/images/aliases/{name...}", { name: "a/b" }],
  ["/1.0/images/aliases/a/b", "/1.0/images/aliases/{name...}", { name: "a/b" }],
  ["/1.0/images/abc", "/1.0/images/{fingerprint}", { fingerprint: "abc" }],
])("%s is %s", (path, pattern, params) => {
  const match = matchRoute(path);
  expect([match?.route.pattern, match?.params]).toEqual([pattern, params]);
});

test.each(["", "/1.0/", "//1.0", "/1.0/instances/", "/1.0/images/aliases/", "/1.0/instances/%zz"])(
  "%j is no route",
  (path) => expect(matchRoute(path)).toBeUndefined(),
);
