import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { etagOf } from "../core/etag.ts";
import type { ContractCase, ContractTarget } from "./contract-case.ts";
import { assertAllRefused, assertCreated, assertDone, assertTells, read, shortName, withObject } from "./own-object.ts";
import { get, send } from "./raw-http.ts";

/** A subnet of its own each time: the DNS server of a bridge holds its address a moment longer than the bridge lives. */
function withForwards(target: ContractTarget, use: (forwards: string, subnet: string) => Promise<void>): Promise<void> {
  const subnet = `10.${String(randomInt(200, 255))}.${String(randomInt(255))}`;
  const config = { "ipv4.address": `${subnet}.1/24`, "ipv6.address": "none" };
  return withObject(target, "/1.0/networks", { name: shortName(), config }, (url) => use(`${url}/forwards`, subnet));
}

const cases: readonly ContractCase[] = [
  {
    name: "a forward: PATCH merges the configuration and drops the rest, PUT replaces; If-Match is not heeded",
    async run(target) {
      await withForwards(target, async (forwards, subnet) => {
        const url = `${forwards}/192.0.2.7`;
        const port = {
          description: "",
          protocol: "tcp",
          listen_port: "80",
          target_port: "8080",
          target_address: `${subnet}.6`,
        };
        const body = {
          ...{
            listen_address: "192.0.2.7",
            description: "d",
            config: { target_address: `${subnet}.5`, "user.a": "1" },
          },
          ports: [port],
        };
        const told = ["created", "updated", "deleted"].map((verb) => ({
          action: `network-forward-${verb}`,
          source: url,
        }));
        await assertTells(target, told, async () => {
          assertCreated(await send(target, "POST", forwards, { body }), url);
          const { object, etag } = await read(target, url);
          assert.deepEqual(object, { ...body, location: "none" });
          assert.equal(etag, `"${etagOf([body.listen_address, "d", object["config"], object["ports"]])}"`);
          assert.deepEqual((await get(target, forwards)).metadata, [url]);
          const headers = { "If-Match": '"stale"' };
          assertDone(await send(target, "PUT", url, { body: { description: "x" }, headers }));
          assertDone(await send(target, "PATCH", url, { body: { config: { "user.b": "2" } } }));
          const after = (await read(target, url)).object;
          assert.deepEqual([after["description"], after["config"], after["ports"]], ["", { "user.b": "2" }, []]);
          assertDone(await send(target, "DELETE", url));
        });
      });
    },
  },
  {
    name: "forwards that make no sense are refused",
    async run(target) {
      await withForwards(target, async (forwards, subnet) => {
        const url = `${forwards}/192.0.2.8`;
        const listen = { listen_address: "192.0.2.8" };
        assertCreated(await send(target, "POST", forwards, { body: listen }), url);
        const about = "Failed creating forward:";
        const other = { listen_address: "192.0.2.9" };
        const ports = [{ protocol: "foo", listen_port: "80", target_address: `${subnet}.6` }];
        const protocol = "Invalid port protocol in port specification 0, protocol must be one of: tcp, udp";
        const missing = `${forwards}/192.0.2.1`;
        await assertAllRefused(target, [
          ["POST", forwards, listen, 409, `${about} A forward for that listen address already exists`],
          [
            ...(["POST", forwards, { listen_address: "x" }, 500] as const),
            `${about} Failed parsing address forward listen address "x": invalid CIDR address: x/32`,
          ],
          ["POST", forwards, { ...other, config: { bad: "1" } }, 500, `${about} Invalid option "bad"`],
          [
            ...(["POST", forwards, { ...other, config: { target_address: "192.0.9.9" } }, 500] as const),
            `${about} Default target address is not within the network subnet`,
          ],
          ["POST", forwards, { ...other, ports }, 500, `${about} ${protocol}`],
          ["PUT", url, { config: { bad: "1" } }, 500, 'Failed updating forward: Invalid option "bad"'],
          ["GET", missing, undefined, 404, "Network forward not found"],
          ["PUT", missing, {}, 404, "Failed updating forward: Network forward not found"],
          ["DELETE", missing, undefined, 404, "Failed deleting forward: Network forward not found"],
          ["GET", "/1.0/networks/no-such/forwards", undefined, 404, "Failed loading network: Network not found"],
        ]);
      });
    },
  },
  {
    name: "the ports of a forward: ranges, counts, families, and none twice for a protocol",
    async run(target) {
      await withForwards(target, async (forwards, subnet) => {
        const url = `${forwards}/192.0.2.10`;
        const port = (listen: string, more: object = {}) => ({
          ...{ protocol: "tcp", listen_port: listen, target_address: `${subnet}.5` },
          ...more,
        });
        const good = [port("80, 90-92"), port("80", { protocol: "udp" }), port("100-102", { target_port: "5" })];
        assertCreated(
          await send(target, "POST", forwards, { body: { listen_address: "192.0.2.10", ports: good } }),
          url,
        );
        const { object } = await read(target, url);
        const shown = object["ports"] as readonly Readonly<Record<string, string>>[];
        assert.deepEqual(
          shown.map((one) => [one["listen_port"], one["target_port"]]),
          [
            ["80,90-92", ""],
            ["80", ""],
            ["100-102", "5"],
          ],
        );
        const at = "port specification 0";
        const faults: readonly (readonly [object | readonly object[], string])[] = [
          [[port("80"), port("80")], 'Duplicate listen port 80 for protocol "tcp" in port specification 1'],
          [[port("80-82"), port("81")], 'Duplicate listen port 81 for protocol "tcp" in port specification 1'],
          [port("80,80"), `Duplicate listen port 80 for protocol "tcp" in ${at}`],
          [port("90-92", { target_port: "1-2" }), `Mismatch of listen port(s) and target port(s) count in ${at}`],
          [port("90", { target_port: "1-2" }), `Mismatch of listen port(s) and target port(s) count in ${at}`],
          [port(""), `Missing listen port in ${at}`],
          [port("80,x"), `Invalid listen port in ${at}: strconv.ParseInt: parsing "x": invalid syntax`],
          [port("80-"), `Invalid listen port in ${at}: strconv.ParseInt: parsing "": invalid syntax`],
          [port("1-2-3"), `Invalid listen port in ${at}: Invalid port range "1-2-3"`],
          [port("9-8"), `Invalid listen port in ${at}: End port should be higher than start port`],
          [port("80", { target_port: "x" }), `Invalid target port in ${at}`],
          [port("80", { target_address: "" }), `Invalid target address in ${at}`],
          [port("80", { target_address: "192.0.2.1" }), `Target address is not within the network subnet in ${at}`],
          [
            port("80", { target_address: "fd42::1" }),
            `Cannot mix IP versions in listen address and ${at} target address`,
          ],
        ];
        const about = "Failed updating forward:";
        await assertAllRefused(
          target,
          faults.map(([ports, text]) => ["PUT", url, { ports: [ports].flat() }, 500, `${about} ${text}`]),
        );
        const config = { target_address: `${subnet}.5` };
        const same = `Target address is same as default target address in ${at}`;
        const mixed = "Cannot mix IP versions in listen address and default target address";
        await assertAllRefused(target, [
          ["PUT", url, { config, ports: [port("80")] }, 500, `${about} ${same}`],
          ["PUT", url, { config: { target_address: "fd42::1" } }, 500, `${about} ${mixed}`],
          ["PUT", url, { config: { target_address: "x" } }, 500, `${about} Invalid default target address`],
          [
            ...(["POST", forwards, { listen_address: "fd00::1" }, 500] as const),
            "Failed creating forward: invalid CIDR address: none",
          ],
        ]);
      });
    },
  },
];

/** Forwards of bridges: all verbs. */
export const forwardCases: readonly ContractCase[] = cases.map((one) => ({ ...one, isAlone: true }));
