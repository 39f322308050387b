import assert from "node:assert/strict";
import type { LifecycleEvent, Operation, ServerEvent } from "@lxdkit/protocol";
import type { ContractCase } from "./contract-case.ts";
import { bringTo, changeState, fromImage, post, removeInstance, uniqueName, withInstance } from "./own-instance.ts";
import { assertRefused, get, succeeds } from "./raw-http.ts";
import { eventsRefusal, listenToEvents, type RawEvents } from "./raw-events.ts";

/** What `GET /1.0/events` tells. */
export const eventCases: readonly ContractCase[] = [
  {
    name: "without an upgrade it is a plain-text 400",
    async run(target) {
      const answer = await get(target, "/1.0/events");
      assert.equal(answer.status, 400);
      assert.equal(answer.headers["content-type"], "text/plain; charset=utf-8");
      assert.equal(answer.headers["sec-websocket-version"], "13");
      assert.equal(answer.text, "Bad Request\n");
    },
  },
  {
    name: "the first ping comes at once and says keepalive",
    async run(target) {
      const events = await listenToEvents(target, "?type=lifecycle");
      try {
        assert.equal(await events.firstPing, "keepalive");
      } finally {
        events.close();
      }
    },
  },
  {
    name: "a query that makes no sense refuses the upgrade: 500 on LXD, 400 on Incus, 404 there for a project",
    async run(target) {
      const status = target.flavour === "lxd" ? 500 : 400;
      assert.equal(await eventsRefusal(target, "?type=foo"), status);
      assert.equal(await eventsRefusal(target, "?type=operation,foo"), status);
      assert.equal(await eventsRefusal(target, "?project=default&all-projects=true"), status);
      assert.equal(await eventsRefusal(target, "?project=no-such"), target.flavour === "lxd" ? 500 : 404);
    },
  },
  {
    name: "an operation is told from pending to its end, with the same object that a GET gives",
    async run(target) {
      const events = await listenToEvents(target, "?type=operation");
      const name = uniqueName();
      try {
        const answer = await post(target, fromImage(target, name));
        const { id } = answer.metadata as Operation;
        const operation = await succeeds(target, answer);
        const last = await events.find("the end", (event) => isOperation(event, id, "Success"));
        assert.deepEqual(last.metadata, operation);
        assert.deepEqual(Object.keys(last).sort(), ["location", "metadata", "project", "timestamp", "type"]);
        assert.deepEqual([last.type, last.location, last.project], ["operation", "none", "default"]);
        const statuses = events.all
          .filter((event) => (event.metadata as Operation).id === id)
          .map((event) => (event.metadata as Operation).status);
        assert.ok(statuses.includes("Pending") && statuses.includes("Running"), statuses.join());
        // Progress: the last message but one shows that the image is unpacked.
        const metadata = operation.metadata as Record<string, unknown>;
        const unpack = target.flavour === "lxd" ? "Unpack: 100%" : "Unpacking image: 100%";
        assert.match(String(metadata["create_instance_from_image_unpack_progress"]), new RegExp(`^${unpack}`));
        assert.deepEqual(Object.keys(metadata["progress"] as object).sort(), ["percent", "speed", "stage"]);
      } finally {
        events.close();
        await removeInstance(target, name);
      }
    },
  },
  {
    name: "a failed operation is told with its text",
    async run(target) {
      await withInstance(target, async (path) => {
        const events = await listenToEvents(target, "?type=operation");
        try {
          const answer = await changeState(target, path, { action: "stop", force: true });
          const { id } = answer.metadata as Operation;
          const last = await events.find("the failure", (event) => isOperation(event, id, "Failure"));
          assert.equal((last.metadata as Operation).err, "The instance is already stopped");
        } finally {
          events.close();
        }
      });
    },
  },
  {
    name: "the life of an instance is told: created, started, paused, resumed, restarted, updated, stopped, deleted",
    async run(target) {
      const events = await listenToEvents(target, "?type=lifecycle");
      const name = uniqueName();
      const path = `/1.0/instances/${name}`;
      try {
        await succeeds(target, await post(target, fromImage(target, name)));
        await bringTo(target, path, { action: "start" });
        await bringTo(target, path, { action: "freeze" });
        await bringTo(target, path, { action: "unfreeze" });
        await bringTo(target, path, { action: "restart", force: true, timeout: -1 });
        await bringTo(target, path, { action: "stop", force: true, timeout: -1 });
        await removeInstance(target, name);
        const requestor = { username: "root", protocol: "unix", address: "@" };
        const named = target.flavour === "incus" ? { name, project: "default" } : {};
        for (const action of ["started", "paused", "resumed", "restarted", "stopped"]) {
          assert.deepEqual(await lifecycle(events, `instance-${action}`, path), {
            action: `instance-${action}`,
            source: path,
            requestor,
            ...named,
          });
        }
        const created = await lifecycle(events, "instance-created", path);
        const where = target.flavour === "incus" ? { location: "none" } : {};
        assert.deepEqual(created["context"], { ...where, "storage-pool": "default", type: "container" });
        // LXD does not say who created or deleted it, Incus does.
        const deleted = await lifecycle(events, "instance-deleted", path);
        for (const event of [created, deleted]) {
          assert.deepEqual(event["requestor"], target.flavour === "incus" ? requestor : undefined);
        }
      } finally {
        events.close();
        await removeInstance(target, name);
      }
      const types = new Set(events.all.map(({ type }) => type));
      assert.deepEqual([...types], ["lifecycle"]);
    },
  },
  {
    name: "without a type everything is told, also that a request came in",
    async run(target) {
      const events = await listenToEvents(target, "");
      const url = `/1.0/instances/${uniqueName()}`;
      try {
        assertRefused(await get(target, url), 404);
        const event = await events.find(
          "a log record of the request",
          ({ type, metadata }) => type === "logging" && JSON.stringify(metadata).includes(url),
        );
        assert.deepEqual(event.metadata, {
          message: "Handling API request",
          level: "debug",
          context: {
            ip: "@",
            method: "GET",
            protocol: "unix",
            url,
            username: "root",
          },
        });
        assert.equal(event.project, undefined);
      } finally {
        events.close();
      }
    },
  },
];

function isOperation({ type, metadata }: ServerEvent, id: string, status: string): boolean {
  const operation = metadata as Operation;
  return type === "operation" && operation.id === id && operation.status === status;
}

async function lifecycle(events: RawEvents, action: string, source: string): Promise<Record<string, unknown>> {
  const event = await events.find(action, ({ metadata }) => {
    const told = metadata as LifecycleEvent;
    return told.action === action && told.source === source;
  });
  assert.equal(event.project, "default");
  return event.metadata as Record<string, unknown>;
}
