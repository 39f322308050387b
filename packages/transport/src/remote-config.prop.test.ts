import fc from "fast-check";
import { LxdkitError } from "@lxdkit/protocol";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { parseRemoteConfig, type RemoteConfig } from "./remote-config.ts";

const file = "/conf/config.yml";

/** What was read, or the error, which must be ours. */
function read(text: string): RemoteConfig | LxdkitError {
  try {
    return parseRemoteConfig(text, file);
  } catch (error) {
    if (LxdkitError.is(error)) return error;
    throw error;
  }
}

const text = fc.string({ unit: "binary" });

test("whatever is in the file, it is read or refused as such", () => {
  const piece = fc.constantFrom(
    "remotes:",
    "\n",
    "  ",
    "- ",
    "a: ",
    "&x ",
    "*x",
    "<<: ",
    "[",
    "]",
    "{",
    "}",
    "'",
    "|",
    "~",
  );
  const scrambled = fc.array(fc.oneof(piece, piece, fc.string())).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(fc.oneof(text, scrambled), (content) => {
      const result = read(content);
      if (LxdkitError.is(result)) expect(result).toMatchObject({ code: "BAD_CONFIG", address: file });
      else expect(result.remotes).toBeInstanceOf(Map);
    }),
    { numRuns: 500 },
  );
});

test("whatever is written as YAML is read or refused as such", () => {
  const keys = fc.constantFrom("remotes", "default-remote", "addr", "public", "project", "protocol", "auth_type");
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "small" },
      fc.oneof(fc.string(), fc.boolean(), fc.integer(), fc.constant(null)),
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(fc.oneof(keys, fc.string()), tie("tree"), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(tree, (value) => {
      const result = read(stringify(value));
      if (LxdkitError.is(result)) expect(result.code).toBe("BAD_CONFIG");
      else expect(typeof result.defaultRemote).toBe("string");
    }),
    { numRuns: 500 },
  );
});

test("what the programs can write is read back, however the names are spelt", () => {
  const word = fc.string().map((value) => value.normalize());
  const entry = fc.record({
    addr: word,
    auth_type: word,
    project: word,
    protocol: word,
    public: fc.boolean(),
  });
  fc.assert(
    fc.property(word, fc.dictionary(fc.string(), entry), (defaultRemote, remotes) => {
      const written = stringify({ "default-remote": defaultRemote, remotes, aliases: { x: "list -c n" } });
      const result = read(written);
      expect(result).toEqual({ defaultRemote, remotes: new Map(Object.entries(remotes)) });
    }),
  );
});

test("a file that is cut off anywhere does not become something else by an error of another kind", () => {
  const whole = stringify({
    "default-remote": "a",
    remotes: { a: { addr: "https://h:8443", public: false }, b: { addr: "unix://", project: "p" } },
  });
  fc.assert(
    fc.property(fc.nat({ max: whole.length }), (length) => {
      const result = read(whole.slice(0, length));
      if (LxdkitError.is(result)) expect(result.code).toBe("BAD_CONFIG");
      else expect(["", "a"]).toContain(result.defaultRemote);
    }),
  );
});
