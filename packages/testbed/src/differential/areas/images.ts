import type { Flavour } from "@lxdkit/protocol";
import { type Area, type BodyRule, reads, type Template } from "../area.ts";
import { makeInstance } from "./instances.ts";
import { badUploads, ownImages } from "../own-images.ts";

const content: BodyRule = (choices) =>
  choices.some({
    public: choices.chance(0.5),
    auto_update: choices.chance(0.5),
    properties: choices.one([{}, { os: "a" }, { color: "red" }]),
    profiles: ["default"],
    expires_at: "2040-01-01T00:00:00Z",
  });

const missing: BodyRule = () => ({ profiles: ["nope"] });

const publish: BodyRule = (choices) => ({
  source: { type: "instance", name: "c1" },
  compression_algorithm: "none",
  ...choices.some({
    aliases: [{ name: choices.fill("<alias>"), description: "d" }],
    // Anew each time: the second is packed in with them, and with it comes another image or not.
    properties: { mark: "{fingerprint}" },
    public: true,
    filename: "file",
  }),
});

/** Incus packs the second in always. */
const publishOnce: BodyRule = (choices) => ({
  ...publish(choices),
  properties: { mark: "{fingerprint}" },
});

const missingSource: BodyRule = ({ one }) => ({
  source: one([
    { type: "instance", name: "nope" },
    { type: "frob" },
    {},
    { type: "instance" },
    { type: "snapshot", name: "c1/nope" },
    { type: "image", mode: "pull", server: "{streams}", protocol: "simplestreams", alias: "nope" },
    { type: "image", mode: "pull", server: "{streams}", protocol: "frob", alias: "jammy" },
  ]),
});

const pull: BodyRule = (choices) => ({
  source: { type: "image", mode: "pull", server: "{streams}", protocol: "simplestreams", alias: "jammy" },
  ...choices.some({ aliases: [{ name: choices.fill("<alias>") }], auto_update: true, public: true }, 0.4),
});

const alias: BodyRule = (choices) => ({
  name: choices.fill("<alias>"),
  target: choices.one([...ownImages.map(({ fingerprint }) => fingerprint), "{tiny}"]),
  ...choices.some({ description: choices.one(["", "one"]) }),
});

const aliasContent: BodyRule = (choices) =>
  choices.some(
    {
      target: choices.one(ownImages).fingerprint,
      description: choices.one(["", "one", "two"]),
    },
    0.7,
  );

const missingTarget: BodyRule = () => ({ target: "f".repeat(64) });

/** Nobody listens there, or it is somebody whom the server does not know. */
const push: BodyRule = (choices) => ({
  target: choices.one(["https://127.0.0.1:1", "https://{https}", "http://127.0.0.1:1", "nowhere", ""]),
  ...choices.some({ secret: choices.one(["{secret}", ""]), certificate: choices.one(["", "no PEM"]) }),
});

/** `/1.0/images`. */
export const images: Area = {
  name: "images",
  isOfProject: true,
  prepare: () => ownImages.slice(0, 1).map(({ upload }) => upload),
  templates: [
    ...reads("/1.0/images", "/1.0/images?recursion=1", "/1.0/images/<image>", "/1.0/images/<image>?recursion=1"),
    ...reads("/1.0/images/<image>/export", "/1.0/images?recursion=1&filter=properties.os+eq+tiny"),
    { method: "GET", path: "/1.0/images/{tiny}", isSpoilt: false },
    { method: "GET", path: "/1.0/images?all-projects=true", weight: 0.5 },
    { method: "GET", path: "/1.0/images/<image>?secret={secret}" },
    { method: "GET", path: "/1.0/images/<image>/export?secret={secret}" },
    { method: "POST", path: "/1.0/images", extra: ({ one }) => one(ownImages).upload, weight: 1.5 },
    { method: "POST", path: "/1.0/images", extra: ({ one }) => one(badUploads), weight: 0.7, isSpoilt: false },
    { method: "POST", path: "/1.0/images", body: pull, missing: missingSource, weight: 0.4 },
    { method: "PUT", path: "/1.0/images/<image>", body: content, missing, weight: 1.5 },
    { method: "PATCH", path: "/1.0/images/<image>", body: content, missing, weight: 1.5 },
    { method: "DELETE", path: "/1.0/images/<image>", weight: 0.7 },
    { method: "POST", path: "/1.0/images/<image>/secret" },
    { method: "POST", path: "/1.0/images/<image>/refresh" },
    { method: "POST", path: "/1.0/images/<image>/export", body: push },
  ],
};

/** Instances that become images. */
export const publishing: Area = {
  name: "publishing",
  isOfProject: true,
  weight: 0.5,
  prepare: () => [makeInstance("c1")],
  templates: [
    ...reads(
      "/1.0/images?recursion=1",
      "/1.0/images/{fingerprint}",
      "/1.0/images/aliases",
      "/1.0/images/aliases/<alias>",
    ),
    { method: "POST", path: "/1.0/images", body: publish, missing: missingSource, ...only("lxd", 2) },
    { method: "POST", path: "/1.0/images", body: publishOnce, missing: missingSource, ...only("incus", 2) },
    { method: "PUT", path: "/1.0/images/{fingerprint}", body: content, missing },
    { method: "DELETE", path: "/1.0/images/{fingerprint}" },
    {
      method: "POST",
      path: "/1.0/instances",
      body: () => ({
        name: "c2",
        source: { type: "image", fingerprint: "{fingerprint}" },
        devices: { eth0: { type: "none" } },
      }),
      isSpoilt: false,
    },
    { method: "DELETE", path: "/1.0/instances/c2", isSpoilt: false },
    { method: "DELETE", path: "/1.0/instances/c1", isSpoilt: false, weight: 0.3 },
  ],
};

function only(flavour: Flavour, weight: number): Pick<Template, "flavours" | "weight"> {
  return { flavours: [flavour], weight };
}

/** `/1.0/images/aliases`. */
export const aliases: Area = {
  name: "aliases",
  isOfProject: true,
  prepare: () => [
    ...ownImages.map(({ upload }) => upload),
    { method: "POST", path: "/1.0/images/aliases", body: { name: "a1", target: ownImages[0]?.fingerprint } },
  ],
  templates: [
    ...reads("/1.0/images/aliases", "/1.0/images/aliases?recursion=1", "/1.0/images/aliases/<alias>"),
    ...reads("/1.0/images/<image>"),
    { method: "GET", path: "/1.0/images/aliases/tiny", isSpoilt: false },
    { method: "POST", path: "/1.0/images/aliases", body: alias, missing: missingTarget, weight: 2 },
    { method: "POST", path: "/1.0/images/aliases", body: () => ({ name: "", target: "{tiny}" }), weight: 0.3 },
    { method: "PUT", path: "/1.0/images/aliases/<alias>", body: aliasContent, missing: missingTarget },
    {
      method: "PATCH",
      path: "/1.0/images/aliases/<alias>",
      body: aliasContent,
      missing: missingTarget,
      // LXD never answers this one, and nothing else meanwhile.
      flavours: ["incus"],
    },
    {
      method: "PATCH",
      path: "/1.0/images/aliases/no<alias>",
      body: aliasContent,
      extra: ({ chance }) => (chance(0.3) ? { body: undefined, text: "{" } : {}),
      isSpoilt: false,
      weight: 0.7,
    },
    // LXD takes ten seconds for it.
    {
      method: "POST",
      path: "/1.0/images/aliases/<alias>",
      body: (c) => ({ name: c.fill("<alias>") }),
      ...only("lxd", 0.04),
      isSpoilt: false,
    },
    {
      method: "POST",
      path: "/1.0/images/aliases/<alias>",
      body: (c) => ({ name: c.fill("<alias>") }),
      ...only("incus", 1),
      isSpoilt: false,
    },
    { method: "POST", path: "/1.0/images/aliases/no<alias>", body: (c) => ({ name: c.fill("<alias>") }) },
    { method: "DELETE", path: "/1.0/images/aliases/<alias>", weight: 0.7 },
    { method: "DELETE", path: "/1.0/images/<image>", weight: 0.3, isSpoilt: false },
  ],
};
