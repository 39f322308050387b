import type { Call, Sequence } from "../call.ts";
import { ownImages } from "../own-images.ts";

const uploads: readonly Call[] = ownImages.map(({ upload }) => upload);
const url = `/1.0/images/${ownImages[0]?.fingerprint ?? ""}`;

/** An instance that comes from nothing. */
const empty = {
  name: "c1",
  source: { type: "none" },
  devices: { root: { type: "disk", path: "/", pool: "default" }, eth0: { type: "none" } },
};

/** Images and where they are kept. */
export const imageRegressions: readonly Sequence[] = [
  {
    name: "an image is removed by an operation that names it",
    calls: [...uploads, { method: "GET", path: url }, { method: "DELETE", path: url }, { method: "GET", path: url }],
  },
  {
    name: "a project without images of its own has those of the default one, and says so in its own way",
    calls: [
      { method: "POST", path: "/1.0/projects", body: { name: "pr1", config: { "features.images": "false" } } },
      { method: "GET", path: "/1.0/images?project=pr1" },
      { method: "GET", path: "/1.0/projects/pr1" },
      { method: "POST", path: "/1.0/images/aliases?project=pr1", body: { name: "a1", target: "{tiny}" } },
      { method: "GET", path: "/1.0/images/aliases?project=pr1" },
    ],
  },
  {
    name: "whoever brings the secret of an image along uses it up",
    calls: [
      ...uploads,
      { method: "POST", path: `${url}/secret` },
      { method: "GET", path: `/1.0/images/{tiny}?secret={secret}` },
      { method: "GET", path: "/1.0/images?secret={secret}" },
      { method: "GET", path: `${url}?secret={secret}` },
      { method: "GET", path: `${url}?secret={secret}` },
      { method: "POST", path: `${url}/secret` },
      { method: "GET", path: `${url}/export?secret={secret}` },
    ],
  },
  {
    name: "the end of a secret is told to the project that it is of",
    calls: [
      { method: "POST", path: "/1.0/projects", body: { name: "pr1" } },
      ...uploads.slice(0, 1).map((upload) => ({ ...upload, path: "/1.0/images?project=pr1" })),
      { method: "POST", path: `${url}/secret?project=pr1` },
      { method: "GET", path: `${url}?project=pr1&secret={secret}` },
      { method: "POST", path: `${url}/secret?project=pr1` },
      { method: "DELETE", path: "/1.0/operations/{operation}?project=pr1" },
      { method: "POST", path: "/1.0/certificates?project=pr1", body: { type: "client", token: true, name: "t1" } },
      { method: "DELETE", path: "/1.0/operations/{operation}?project=pr1" },
    ],
  },
  {
    name: "an instance without files is an image on one family, and none on the other",
    calls: [
      { method: "POST", path: "/1.0/projects", body: { name: "pr1" } },
      ...["", "?project=pr1"].flatMap((query) => [
        { method: "POST", path: `/1.0/instances${query}`, body: empty },
        { method: "POST", path: `/1.0/instances/c1/snapshots${query}`, body: { name: "s1" } },
        { method: "POST", path: `/1.0/images${query}`, body: { source: { type: "instance", name: "c1" } } },
        {
          method: "POST",
          path: `/1.0/images${query}`,
          body: { source: { type: "snapshot", name: "c1/s1" }, properties: { a: "b" } },
        },
      ]),
    ],
  },
  {
    name: "what an alias is changed to is a text",
    calls: [
      { method: "PATCH", path: "/1.0/images/aliases/none", body: { target: 5 } },
      { method: "PATCH", path: "/1.0/images/aliases/none", text: "[]" },
    ],
  },
  {
    name: "what is not there is told in the words of its kind",
    calls: [
      { method: "GET", path: "/1.0/storage-pools/nope" },
      { method: "GET", path: "/1.0/networks/nope" },
      { method: "GET", path: "/1.0/instances/nope" },
      { method: "GET", path: "/1.0/images/nope" },
      { method: "GET", path: "/1.0/certificates/nope" },
      { method: "GET", path: "/1.0/operations/nope" },
      { method: "GET", path: "/1.0/nope" },
      { method: "POST", path: "/1.0/projects", body: { name: "pr1", config: { "limits.instances": "many" } } },
    ],
  },
];
