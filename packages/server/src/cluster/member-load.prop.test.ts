import { clusterMemberSchema } from "@lxdkit/protocol";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { leastLoaded, type MemberFacts, type MemberWish, obstacle } from "./member-load.ts";

const gib = 2 ** 30;
const groups = ["default", "gpu", "edge"];
const name = fc.constantFrom("m1", "m2", "m3", "m4", "m5");

const facts: fc.Arbitrary<MemberFacts> = fc
  .record({
    server_name: name,
    status: fc.constantFrom("Online", "Online", "Online", "Offline", "Evacuated"),
    architecture: fc.constantFrom("x86_64", "x86_64", "aarch64"),
    groups: fc.subarray(groups),
    scheduler: fc.constantFrom(undefined, undefined, "all", "group", "manual"),
    instances: fc.nat(30),
    memory: fc.option(fc.integer({ min: 1, max: 64 }), { nil: undefined, freq: 5 }),
    load: fc.option(fc.float({ min: 0, max: 64, noNaN: true }), { nil: undefined }),
    isSilent: fc.integer({ min: 0, max: 9 }).map((digit) => digit === 0),
  })
  .map(({ scheduler, instances, memory, load, isSilent, ...member }) => ({
    member: clusterMemberSchema.parse({
      ...member,
      config: scheduler === undefined ? {} : { "scheduler.instance": scheduler },
    }),
    instances,
    memory: memory === undefined ? undefined : memory * gib,
    load,
    failure: isSilent ? new Error("silent") : undefined,
  }));
const cluster = fc.uniqueArray(facts, { selector: ({ member }) => member.server_name, maxLength: 5 });
const wish: fc.Arbitrary<MemberWish> = fc.record(
  {
    group: fc.constantFrom(...groups),
    architecture: fc.constantFrom("amd64", "x86_64", "arm64"),
    among: fc.subarray(["m1", "m2", "m3", "m4", "m5"], { minLength: 1 }),
    exclude: fc.subarray(["m1", "m2", "m3", "m4", "m5"]),
  },
  { requiredKeys: [] },
);

function named(chosen: MemberFacts | undefined): string | undefined {
  return chosen?.member.server_name;
}

test("the chosen one meets the wish, and there is one whenever any does", () => {
  fc.assert(
    fc.property(cluster, wish, (members, wanted) => {
      const chosen = leastLoaded(members, wanted);
      const able = members.filter((one) => obstacle(one, wanted) === undefined);
      expect(chosen === undefined).toBe(able.length === 0);
      if (chosen === undefined) return;
      const { member } = chosen;
      expect(member.status).toBe("Online");
      expect(chosen.failure).toBeUndefined();
      expect(wanted.exclude ?? []).not.toContain(member.server_name);
      expect(wanted.among ?? [member.server_name]).toContain(member.server_name);
      if (wanted.group !== undefined) expect(member.groups).toContain(wanted.group);
      if (wanted.architecture !== undefined) {
        expect(member.architecture).toBe(wanted.architecture === "arm64" ? "aarch64" : "x86_64");
      }
    }),
  );
});

test("the order in which members are told does not matter", () => {
  fc.assert(
    fc.property(
      cluster.chain((members) =>
        fc.tuple(fc.constant(members), fc.shuffledSubarray(members, { minLength: members.length })),
      ),
      wish,
      ([members, shuffled], wanted) => {
        expect(named(leastLoaded(shuffled, wanted))).toBe(named(leastLoaded(members, wanted)));
      },
    ),
  );
});

test("what others lose or gain in instances decides only as it should", () => {
  fc.assert(
    fc.property(cluster, wish, fc.integer({ min: 1, max: 9 }), (members, wanted, more) => {
      const chosen = leastLoaded(members, wanted);
      const fuller = members.map((one) => (one === chosen ? one : { ...one, instances: one.instances + more }));
      expect(named(leastLoaded(fuller, wanted))).toBe(named(chosen));
      const emptier = members.map((one) => (one === chosen ? { ...one, instances: 0, load: 0 } : one));
      const again = leastLoaded(emptier, wanted);
      if (chosen !== undefined) expect(again?.instances).toBe(0);
    }),
  );
});

test("one by one, members that are alike fill evenly, and those of other sizes by their memory", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 16 }), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 60 }),
      (sizes, count) => {
        let members: MemberFacts[] = sizes.map((size, at) => ({
          member: clusterMemberSchema.parse({ server_name: `m${String(at)}`, status: "Online" }),
          instances: 0,
          memory: size * gib,
          load: undefined,
          failure: undefined,
        }));
        for (let times = 0; times < count; times += 1) {
          const chosen = leastLoaded(members);
          members = members.map((one) => (one === chosen ? { ...one, instances: one.instances + 1 } : one));
        }
        const shares = members.map(({ instances }, at) => ({ instances, size: sizes[at] ?? 1 }));
        for (const a of shares) {
          // Nobody has so many more that the last of them belonged elsewhere.
          for (const b of shares) expect((a.instances - 1) / a.size).toBeLessThanOrEqual(b.instances / b.size);
        }
      },
    ),
  );
});

test("why a member does not come into question is said in words", () => {
  const base = { server_name: "m1", status: "Online", architecture: "aarch64", groups: ["default"] };
  const one = (more: object, failure?: unknown): MemberFacts => ({
    member: clusterMemberSchema.parse({ ...base, ...more }),
    instances: 0,
    memory: gib,
    load: 0,
    failure,
  });
  const manual = { config: { "scheduler.instance": "manual" } };
  const byGroup = { config: { "scheduler.instance": "group" } };
  expect([
    obstacle(one({ status: "Evacuated" }), {}),
    obstacle(one({}, new Error("no")), {}),
    obstacle(one({}), { exclude: ["m1"] }),
    obstacle(one({}), { among: ["m2", "m3"] }),
    obstacle(one({}), { group: "gpu" }),
    obstacle(one({}), { architecture: "amd64" }),
    obstacle(one(manual), { group: "default" }),
    obstacle(one(byGroup), {}),
    obstacle(one(byGroup), { group: "default", architecture: "arm64", among: ["m1"] }),
  ]).toEqual([
    "is Evacuated",
    "does not answer",
    "is excluded",
    "is not m2 or m3",
    "is not in the group gpu",
    "is aarch64",
    "takes only what is sent to it",
    "takes only what is sent to it",
    undefined,
  ]);
});
