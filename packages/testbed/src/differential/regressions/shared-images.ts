import type { Call, Sequence } from "../call.ts";
import { ownImages } from "../own-images.ts";

const [first, second] = ownImages.map(({ upload }) => upload);
const url = `/1.0/images/${ownImages[0]?.fingerprint ?? ""}`;
const c1 = "c1";
const jammy = { type: "image", mode: "pull", server: "{streams}", protocol: "simplestreams", alias: "jammy" };

const project: Call = {
  method: "POST",
  path: "/1.0/projects",
  body: { name: "pr1", config: { "features.images": "false" } },
};
const upload: Call = { ...first, method: "POST", path: "/1.0/images?project=pr1" };
const pull: Call = {
  method: "POST",
  path: "/1.0/images?project=pr1",
  body: {
    source: { type: "image", mode: "pull", server: "{streams}", protocol: "simplestreams", alias: "jammy" },
    aliases: [{ name: "a1" }],
  },
};
const instance: Call = {
  method: "POST",
  path: "/1.0/instances",
  body: {
    name: c1,
    source: { type: "image", alias: "tiny" },
    devices: { root: { type: "disk", path: "/", pool: "default" }, eth0: { type: "none" } },
  },
};
const publish = (more: Readonly<Record<string, unknown>>): Call => ({
  method: "POST",
  path: "/1.0/images",
  body: { source: { type: "instance", name: c1 }, compression_algorithm: "none", ...more },
});

/** Images that a project shares, and images that are there already. */
export const sharedImageRegressions: readonly Sequence[] = [
  {
    name: "an image that another project has is not downloaded again",
    calls: [
      { method: "POST", path: "/1.0/projects", body: { name: "pr1" } },
      { method: "POST", path: "/1.0/images", body: { source: jammy } },
      { method: "POST", path: "/1.0/images?project=pr1", body: { source: jammy, public: true } },
      { method: "GET", path: "/1.0/images?project=pr1&recursion=1" },
      { method: "POST", path: "/1.0/projects", body: { name: "pr2" } },
      {
        method: "POST",
        path: "/1.0/instances?project=pr2",
        body: { name: "c1", source: jammy, devices: { root: { type: "disk", path: "/", pool: "default" } } },
      },
      { method: "GET", path: "/1.0/images?project=pr2&recursion=1" },
    ],
  },
  {
    name: "what is done with a shared image is told to the project that it was done in",
    calls: [
      project,
      upload,
      { method: "POST", path: "/1.0/images/aliases?project=pr1", body: { name: "a1", target: "{tiny}" } },
      { method: "PUT", path: `${url}?project=pr1`, body: { public: true } },
      { method: "PATCH", path: `${url}?project=pr1`, body: { properties: { a: "b" } } },
      { method: "POST", path: `${url}/secret?project=pr1` },
      { method: "POST", path: `${url}/refresh?project=pr1` },
      { method: "GET", path: `${url}/export?project=pr1` },
      {
        method: "POST",
        path: "/1.0/images/aliases?project=pr1",
        body: { name: "dir/a2", target: ownImages[0]?.fingerprint },
      },
      { method: "DELETE", path: `${url}?project=pr1` },
      { method: "DELETE", path: "/1.0/images/aliases/a1?project=pr1" },
    ],
  },
  {
    name: "a shared image has other profiles in each project that has profiles of its own",
    calls: [
      project,
      upload,
      { method: "GET", path: url },
      { method: "GET", path: `${url}?project=pr1` },
      { method: "PUT", path: url, body: { profiles: ["default"] } },
      { method: "PUT", path: `${url}?project=pr1`, body: { profiles: [] } },
      { method: "GET", path: url },
      { method: "GET", path: `${url}?project=pr1` },
      { method: "PUT", path: `${url}?project=pr1`, body: { profiles: ["nope"] } },
      { ...second, method: "POST", path: "/1.0/images" },
      { method: "GET", path: "/1.0/images?recursion=1&project=pr1" },
    ],
  },
  {
    name: "a pulled image that a project shares is told to that project",
    calls: [
      project,
      pull,
      { method: "POST", path: "/1.0/images/{fingerprint}/refresh?project=pr1" },
      { method: "DELETE", path: "/1.0/images/{fingerprint}?project=pr1" },
    ],
  },
  {
    name: "an image goes after its aliases",
    calls: [
      { ...first, method: "POST", path: "/1.0/images" },
      { method: "POST", path: "/1.0/images/aliases", body: { name: "a1", target: ownImages[0]?.fingerprint } },
      { method: "DELETE", path: url },
    ],
  },
  {
    name: "an image that is there can be pulled again",
    calls: [
      { ...pull, path: "/1.0/images" },
      { ...pull, path: "/1.0/images", body: { ...(pull.body as object), aliases: [] } },
      { ...pull, path: "/1.0/images", body: { ...(pull.body as object), aliases: [{ name: "dir/a2" }] } },
      { ...second, method: "POST", path: "/1.0/images" },
      { ...second, method: "POST", path: "/1.0/images" },
      { method: "GET", path: "/1.0/images?recursion=1" },
    ],
  },
  {
    name: "an instance is published under a name that is taken",
    calls: [
      instance,
      publish({ properties: { mark: "m" }, aliases: [{ name: "a1", description: "d" }] }),
      publish({ properties: { mark: "n" }, aliases: [{ name: "a1" }] }),
    ],
  },
  {
    name: "bad requests for images are refused before anything is looked for",
    calls: [
      { method: "POST", path: "/1.0/images/aliases?project=nope", body: { name: "", target: "{tiny}" } },
      { method: "POST", path: "/1.0/images/aliases?project=nope", text: "{" },
      { method: "GET", path: "/1.0/images?all-projects=true&project=nope" },
      { method: "GET", path: "/1.0/network-acls?all-projects=true&project=nope" },
      { method: "GET", path: "/1.0/images?all-projects=true&project=default" },
      { method: "PUT", path: "/1.0/images/{tiny}", body: { expires_at: { a: "map" } } },
      { method: "PATCH", path: "/1.0/images/{tiny}", body: { expires_at: "soon" } },
      {
        method: "POST",
        path: "/1.0/images",
        body: { source: { type: "image", mode: "pull", server: "{streams}", protocol: "frob", alias: "jammy" } },
      },
    ],
  },
];
