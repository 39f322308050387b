import { makeInstance } from "../areas/instances.ts";
import type { Sequence } from "../call.ts";

const path = "/1.0/instances/c1";

/** What is inside of an instance. */
export const insideRegressions: readonly Sequence[] = [
  {
    name: "of a file no more is given in parts than there is of it",
    calls: [
      makeInstance("c1"),
      {
        method: "POST",
        path: `${path}/files?path=/root/a`,
        text: "first\n",
        headers: { "Content-Type": "text/plain" },
      },
      ...["bytes=", "bytes=0-4,1-5", "bytes=,1-2", "bytes=4-90"].map((Range) => ({
        method: "GET",
        path: `${path}/files?path=/root/a`,
        headers: { Range },
      })),
    ],
  },
  {
    name: "a log in a project that is not there is none of an instance",
    calls: [
      makeInstance("c1"),
      { method: "GET", path: `${path}/logs?project=nope` },
      { method: "GET", path: `${path}/logs/lxc.log?project=nope` },
      { method: "GET", path: `${path}/logs/nope?project=nope` },
      { method: "DELETE", path: `${path}/logs/nope?project=nope` },
      { method: "DELETE", path: `${path}/console?project=nope` },
    ],
  },
  {
    name: "a command is read as the structure that it is",
    calls: [
      makeInstance("c1"),
      { method: "POST", path: `${path}/exec`, text: '"text"' },
      ...["", "{", '{"command":', "[]", "{} more", "{}}"].map((text) => ({
        method: "POST",
        path: `${path}/exec`,
        text,
      })),
      ...["", "{", "5", "{} more"].map((text) => ({ method: "POST", path: `${path}/console`, text })),
      { method: "POST", path: `${path}/exec`, body: { command: "true" } },
      { method: "POST", path: `${path}/exec`, body: { command: ["true"], environment: { A: 5 } } },
      { method: "POST", path: `${path}/exec`, body: { command: ["true"], user: -1 } },
      { method: "POST", path: `${path}/exec`, body: { command: ["true"], user: 5_000_000_000 } },
      { method: "POST", path: `${path}/exec`, body: { command: ["true"], user: 1.5 } },
      { method: "POST", path: `${path}/console`, body: { width: "80" } },
      { method: "POST", path: `${path}/console`, body: { force: 5 } },
      { method: "PUT", path: `${path}/metadata`, body: { creation_date: "now" } },
      { method: "PATCH", path: `${path}/metadata`, body: { templates: { "/root/x": { when: "start" } } } },
      { method: "PUT", path: "/1.0/warnings/{warning}", body: { status: 5 } },
      { method: "PUT", path: "/1.0/warnings/{warning}", text: "5" },
    ],
  },
];
