import fc from "fast-check";
import { LxdkitError } from "@lxdkit/protocol";
import { expect, test } from "vitest";
import { proxyFromEnvironment } from "./choose-proxy.ts";
import { isLoopback, parseNoProxy } from "./no-proxy.ts";
import { parseProxy } from "./proxy-address.ts";

const port = fc.integer({ min: 1, max: 65_535 }).map(String);
const host = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6());

/** A list as people write them, and as they do not. */
const list = fc
  .array(
    fc.oneof(
      fc.string(),
      host,
      fc.tuple(host, port).map(([name, number]) => `${name}:${number}`),
    ),
  )
  .map((entries) => entries.join(","));

test("whatever the list is, it can be read and asked", () => {
  fc.assert(
    fc.property(list, fc.oneof(fc.string(), host), port, (text, name, number) => {
      expect([true, false]).toContain(parseNoProxy(text)(name, number));
    }),
  );
});

test("a host that is in the list needs no proxy, whatever stands beside it", () => {
  fc.assert(
    fc.property(list, host, port, list, (before, name, number, after) => {
      expect(parseNoProxy(`${before},${name},${after}`)(name, number)).toBe(true);
    }),
  );
});

test("a name stands for what is below it, and only for whole labels", () => {
  fc.assert(
    fc.property(fc.domain(), fc.stringMatching(/^[a-z]{1,9}$/), port, (name, label, number) => {
      expect(parseNoProxy(name)(`${label}.${name}`, number)).toBe(true);
      expect(parseNoProxy(`.${name}`)(`${label}.${name}`, number)).toBe(true);
      expect(parseNoProxy(`.${name}`)(name, number)).toBe(false);
      expect(parseNoProxy(name)(`${label}${name}`, number)).toBe(false);
    }),
  );
});

test("a network has the addresses that begin with the same bits", () => {
  const toNumber = (address: string): number => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  fc.assert(
    fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), fc.ipV4(), port, (network, bits, address, number) => {
      const size = 2 ** (32 - bits);
      const isInside = Math.floor(toNumber(network) / size) === Math.floor(toNumber(address) / size);
      expect(parseNoProxy(`${network}/${String(bits)}`)(address, number)).toBe(isInside);
    }),
  );
});

test("a port limits an entry to that port", () => {
  fc.assert(
    fc.property(fc.oneof(fc.domain(), fc.ipV4()), port, port, (name, one, other) => {
      expect(parseNoProxy(`${name}:${one}`)(name, other)).toBe(one === other);
    }),
  );
});

test("no list and no proxy leads this machine to itself through a proxy", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xff_ff_ff }), list, (rest, text) => {
      const address = `127.${String(rest >> 16)}.${String((rest >> 8) & 255)}.${String(rest & 255)}`;
      expect(isLoopback(address)).toBe(true);
      const environment = { HTTPS_PROXY: "http://p", NO_PROXY: text };
      expect(proxyFromEnvironment({ environment })(`https://${address}:8443`)).toBeUndefined();
    }),
  );
});

test("the address of a proxy is read or refused as such, and secrets are not told", () => {
  const secret = fc.stringMatching(/^[a-zA-Z0-9%/?#:@]{1,12}$/).map((text) => `SECRET${text}`);
  fc.assert(
    fc.property(fc.oneof(fc.string(), host, fc.webUrl()), secret, (text, password) => {
      for (const address of [text, `http://u:${password}@${text}`, `u:${password}@${text}`]) {
        try {
          expect(parseProxy(address).origin).not.toContain(password);
        } catch (error) {
          if (!LxdkitError.is(error)) throw error;
          expect(error).toMatchObject({ code: "BAD_PROXY", message: expect.not.stringContaining("SECRET") });
        }
      }
    }),
  );
});
