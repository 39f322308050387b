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
      ...["bytes=", "bytes=0-4,1-5", "bytes=,1-2", "bytes=4-90", "bytes=90-", "lines=1"].map((Range) => ({
        method: "GET",
        path: `${path}/files?path=/root/a`,
        headers: { Range },
      })),
    ],
  },
  {
    name: "of an empty file there is no part",
    calls: [
      makeInstance("c1"),
      { method: "POST", path: `${path}/files?path=/root/a`, text: "", headers: { "Content-Type": "text/plain" } },
      ...["bytes=0-", "bytes=-2", "bytes=3-1", "lines=1"].map((Range) => ({
        method: "GET",
        path: `${path}/files?path=/root/a`,
        headers: { Range },
      })),
    ],
  },
  {
    name: "a file has no ETag, and its length is told where nothing of it is sent",
    calls: [
      makeInstance("c1"),
      {
        method: "POST",
        path: `${path}/files?path=/root/a`,
        text: "first\n",
        headers: { "Content-Type": "text/plain" },
      },
      ...[
        { "If-Match": '"wrong"' },
        { "If-Match": "*" },
        { "If-None-Match": "*" },
        { "If-None-Match": '"wrong"' },
        { "If-Unmodified-Since": "Mon, 01 Jan 2001 00:00:00 GMT" },
      ].map((headers) => ({ method: "GET", path: `${path}/files?path=/root/a`, headers })),
    ],
  },
  {
    name: "the folder of the logs stays when the instance is gone, and goes with a new name",
    calls: [
      makeInstance("c1"),
      { method: "POST", path, body: { name: "c2" } },
      { method: "GET", path: `${path}/logs` },
      { method: "GET", path: "/1.0/instances/c2/logs" },
      { method: "DELETE", path: "/1.0/instances/c2" },
      { method: "GET", path: "/1.0/instances/c2/logs" },
      { method: "GET", path: "/1.0/instances/c2/logs/lxc.log" },
    ],
  },
  {
    name: "the type of a console is looked at before the instance runs, and on Incus before it is there",
    calls: [
      makeInstance("c1"),
      ...[path, "/1.0/instances/nope"].flatMap((url) =>
        ["frob", "vga", "console"].map((type) => ({ method: "POST", path: `${url}/console`, body: { type } })),
      ),
    ],
  },
  {
    name: "on Incus a console can be taken over and be cancelled before anybody has come",
    calls: [
      makeInstance("c1"),
      { method: "PUT", path: `${path}/state`, body: { action: "start" } },
      ...[{}, { force: true }].map((body) => ({ method: "POST", path: `${path}/console`, body })),
      { method: "DELETE", path: "/1.0/operations/{operation}" },
      { method: "GET", path: "/1.0/operations/{operation}" },
    ],
  },
  {
    name: "a command of another user may not write what belongs to root",
    calls: [
      makeInstance("c1"),
      { method: "PUT", path: `${path}/state`, body: { action: "start" } },
      {
        method: "POST",
        path: `${path}/files?path=/root/a`,
        text: "first\n",
        headers: { "Content-Type": "text/plain" },
      },
      ...[
        "echo seen > /dev/console",
        "cat /root/a; echo more >> /root/a",
        "rm -f /root/a",
        "mkdir -p /root/d/e && echo made",
        "echo more > /tmp/a && cat /tmp/a",
      ].map((script) => ({
        method: "POST",
        path: `${path}/exec`,
        body: { command: ["sh", "-c", script], user: 1000, "record-output": true },
      })),
      { method: "GET", path: `${path}/files?path=/root/a` },
    ],
  },
  {
    name: "outputs that are kept and sent at once are refused before the instance is looked for",
    calls: ["c1", "nope"].map((name) => ({
      method: "POST",
      path: `/1.0/instances/${name}/exec`,
      body: { command: ["true"], "wait-for-websocket": name === "nope", "record-output": true },
    })),
  },
  {
    name: "a profile names its users in the order in which they came",
    calls: [
      { method: "POST", path: "/1.0/projects", body: { name: "pr1", config: { "features.profiles": "false" } } },
      { ...makeInstance("c2", { source: { type: "none" } }), path: "/1.0/instances?project=pr1" },
      makeInstance("c1", { source: { type: "none" } }),
      makeInstance("c2", { source: { type: "none" } }),
      { method: "POST", path, body: { name: "c3" } },
      { method: "GET", path: "/1.0/profiles/default" },
    ],
  },
  {
    name: "a refresh leaves the templates that wait as they are",
    calls: [
      makeInstance("c1"),
      makeInstance("c2"),
      {
        method: "POST",
        path: "/1.0/instances",
        body: { name: "c2", source: { type: "copy", source: "c1", refresh: true } },
      },
    ],
  },
  {
    name: "Incus has forgotten the older name of an option",
    calls: [
      makeInstance("c1"),
      { method: "POST", path: `${path}/backups`, body: { name: "s1", container_only: { a: "map" } } },
      { method: "POST", path, body: { name: "c2", container_only: "yes" } },
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
  {
    name: "a link that is there already is made again with the same words only",
    calls: [
      makeInstance("c1"),
      ...["/root/d", "/root/d", "/root/./d", "d", ""].map((text) => ({
        method: "POST",
        path: `${path}/files?path=/root/l`,
        text,
        headers: { "Content-Type": "application/octet-stream", "{Prefix}type": "symlink" },
      })),
    ],
  },
];
