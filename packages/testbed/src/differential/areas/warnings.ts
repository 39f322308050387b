import { type Area, type BodyRule, reads } from "../area.ts";

const content: BodyRule = ({ one }) => ({
  status: one(["acknowledged", "new", "acknowledged", "resolved", "frob", ""]),
});
const one = "/1.0/warnings/{warning}";
const none = "/1.0/warnings/00000000-0000-4000-8000-000000000000";

/** `/1.0/warnings`. */
export const warnings: Area = {
  name: "warnings",
  weight: 0.6,
  prepare: () => [{ method: "GET", path: "/1.0/warnings" }],
  templates: [
    ...reads("/1.0/warnings", "/1.0/warnings?recursion=1", one, none, "/1.0/warnings/nope"),
    ...reads("/1.0/warnings?recursion=1&filter=status+eq+acknowledged", "/1.0/warnings?filter=x%20y"),
    ...reads("/1.0/warnings?project=default", "/1.0/warnings?project=nope&recursion=1"),
    { method: "PUT", path: one, body: content, weight: 2 },
    { method: "PATCH", path: one, body: content, weight: 2 },
    { method: "PUT", path: none, body: content, weight: 0.5 },
    { method: "PATCH", path: none, body: content, weight: 0.5 },
    // Nothing brings back a warning that is gone.
    { method: "DELETE", path: none, isSpoilt: false },
    { method: "DELETE", path: "/1.0/warnings/nope", isSpoilt: false },
  ],
};
