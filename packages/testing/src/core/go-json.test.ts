import { describe, expect, test } from "vitest";
import { type GoType, readGoJson } from "./go-json.ts";

const string: GoType = { kind: "string", name: "string" };
const texts: GoType = { kind: "map", name: "map[string]string", of: string };
const type: GoType = {
  kind: "struct",
  name: "ThingPut",
  fields: { name: string, config: texts, timeout: { kind: "int", name: "int" } },
};

describe("what Go says of JSON that it cannot read", () => {
  test.each([
    ["", "EOF"],
    ["  ", "EOF"],
    ["{", "unexpected EOF"],
    ['{"name":', "unexpected EOF"],
    ['{"name', "unexpected EOF"],
    ["{name}", "invalid character 'n' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b"}', "invalid character '\"' after object key:value pair"],
    ["[1 2]", "invalid character '2' after array element"],
    ["<html>", "invalid character '<' looking for beginning of value"],
    ["nope", "invalid character 'o' in literal null (expecting 'u')"],
    ["[]", "json: cannot unmarshal array into Go value of type api.ThingPut"],
    ["5", "json: cannot unmarshal number into Go value of type api.ThingPut"],
    ['{"name":true}', "json: cannot unmarshal bool into Go struct field ThingPut.name of type string"],
    ['{"config":[]}', "json: cannot unmarshal array into Go struct field ThingPut.config of type map[string]string"],
    ['{"config":{"a":1}}', "json: cannot unmarshal number into Go struct field ThingPut.config of type string"],
    ['{"timeout":1.5}', "json: cannot unmarshal number 1.5 into Go struct field ThingPut.timeout of type int"],
  ])("%s", (text, problem) => {
    expect(() => readGoJson(text, type)).toThrow(problem);
  });
});

test("null leaves everything as it is, and what follows the first value is ignored", () => {
  expect(readGoJson("null", type)).toBeNull();
  expect(readGoJson('{"name":null,"other":5} and more', type)).toEqual({ name: null, other: 5 });
});
