import { type Area, type BodyRule, reads } from "../area.ts";

const content: BodyRule = (choices) => ({
  type: "client",
  name: choices.one(["one", "two"]),
  ...choices.some({ restricted: choices.chance(0.5), projects: choices.one([[], ["default"]]), description: "d" }, 0.4),
});

const missing: BodyRule = () => ({ projects: ["nope"] });

const bad: BodyRule = ({ one }) =>
  one<Readonly<Record<string, unknown>>>([
    { type: "frob" },
    { certificate: "bm90aGluZw==" },
    { certificate: "no base64" },
    { certificate: "" },
  ]);

const one = "/1.0/certificates/{printOne}";

/** `/1.0/certificates`. */
export const certificates: Area = {
  name: "certificates",
  prepare: (choices) => [
    { method: "POST", path: "/1.0/certificates", body: { certificate: "{certificateOne}", ...content(choices) } },
    { method: "GET", path: one },
  ],
  templates: [
    ...reads("/1.0/certificates", "/1.0/certificates?recursion=1", one, "/1.0/certificates/{printTwo}"),
    ...reads("/1.0/certificates/nope"),
    { method: "GET", path: "/1.0/projects/default/access", flavours: ["incus"] },
    {
      method: "POST",
      path: "/1.0/certificates",
      body: (c) => ({ certificate: c.one(["{certificateOne}", "{certificateTwo}"]), ...content(c) }),
      missing,
      bad,
      weight: 2,
    },
    {
      method: "POST",
      path: "/1.0/certificates",
      body: (c) => ({ token: true, ...content(c) }),
      missing,
      weight: 0.7,
    },
    { method: "PUT", path: one, body: content, missing, bad, weight: 1.5 },
    { method: "PATCH", path: one, body: content, missing, bad, weight: 1.5 },
    { method: "PATCH", path: "/1.0/certificates/{printTwo}", body: content, missing, bad, weight: 0.5 },
    { method: "DELETE", path: one, weight: 0.7 },
    { method: "DELETE", path: "/1.0/certificates/{printTwo}", weight: 0.7 },
  ],
};
