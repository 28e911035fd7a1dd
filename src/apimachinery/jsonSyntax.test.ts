import fc from "fast-check";
import { expect, it } from "vitest";
import { jsonSyntaxError } from "./jsonSyntax.ts";

it.each([
  ["", "unexpected end of JSON input"], ["{", "unexpected end of JSON input"], ["{a", "invalid character 'a' looking for beginning of object key string"], ['{"a" 1}', "invalid character '1' after object key"],
  ['{"a":1 2}', "invalid character '2' after object key:value pair"], ["[1 2]", "invalid character '2' after array element"], ["{} x", "invalid character 'x' after top-level value"],
  ["nul", "unexpected end of JSON input"], ["nuLl", "invalid character 'L' in literal null (expecting 'l')"], ["1.", "unexpected end of JSON input"], ["-a", "invalid character 'a' in numeric literal"],
  ['"\n"', "invalid character '\\n' in string literal"], ['"\\q"', "invalid character 'q' in string escape code"], ["ident", "invalid character 'i' looking for beginning of value"],
])("says of %j: %s", (text, message) => {
  expect(jsonSyntaxError(text)).toBe(message);
});

it("agrees with JSON.parse on what is JSON", () => {
  const text = fc.oneof(fc.json(), fc.string(), fc.tuple(fc.json(), fc.nat(40), fc.constantFrom("", "x", "}", ",", '"', "1")).map(([json, at, more]) => json.slice(0, at) + more + json.slice(at + 1)));
  fc.assert(fc.property(text, (given) => {
    let parses = true;
    try {
      JSON.parse(given);
    } catch {
      parses = false;
    }
    return (jsonSyntaxError(given) === null) === parses;
  }), { numRuns: 1000, seed: 2 });
});
