import { describe, expect, it } from "vitest";
import { decodeBody } from "./bodyCodec.ts";

const decode = (text: string, contentType = "application/json", method = "POST") => decodeBody(Buffer.from(text), contentType, method);

describe("JSON bodies", () => {
  it.each<[string, readonly string[]]>([
    ['{"a":1,"b":{"a":2}}', []],
    ['{"a":1,"a":2,"a":3}', ['duplicate field "a"']],
    ['{"spec":{"containers":[{"name":"a"},{"name":"b","name":"c"}]},"data":{"x":"}\\"","x":""}}', ['duplicate field "spec.containers[1].name"', 'duplicate field "data.x"']],
    ['{"a":[],"b":{},"\\u0061":[1, 2 ,[{"c":1 , "c":2}]]}', ['duplicate field "a"', 'duplicate field "a[2][0].c"']],
  ])("%s", (text, repeatedKeys) => {
    expect(decode(text)).toEqual({ body: JSON.parse(text), faults: repeatedKeys.length === 0 ? null : { repeatedKeys } });
  });
  it("have no number beyond those of Go", () => {
    expect(() => decode('{"a":[1e400]}')).toThrow("cannot unmarshal number");
    expect(decode('{"a":"1e400","b":1e-400}').body).toEqual({ a: "1e400", b: 0 });
  });
  it("that are none go on as their text", () => {
    expect(decode("{")).toEqual({ body: "{", faults: null });
    expect(decode('"x"')).toEqual({ body: '"x"', faults: null });
    expect(decode("{", "application/merge-patch+json", "PATCH").body).toBe("{");
  });
});

describe("YAML bodies", () => {
  it("take the last of repeated keys, and name the line", () => {
    expect(decode("a:\n  x: 1\n  x: 2\nb: {z: 1, z: 2}\n", "application/yaml")).toEqual({
      body: { a: { x: 2 }, b: { z: 2 } }, faults: { repeatedKeys: ['line 3: key "x" already set in map', 'line 4: key "z" already set in map'] },
    });
  });
  it.each<[string, unknown]>([
    ["2026-01-01", "2026-01-01"], ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"], ["12:30:45", "12:30:45"], ["1:30.5", "1:30.5"], ["!!binary aGk=", "hi"], ["!!set {a}", { a: null }], ["!!omap [a: 1]", [{ a: 1 }]],
    ["yes", true], ["0x1F", 31], ["017", 15], ["1_000", 1000], ["1e3", 1000], ["1.5e-3", 0.0015], [".5", 0.5], ["-.5e1", -5], ["5.", 5], ["e5", "e5"], ["e0", "e0"], [".", "."], ["-._", "-._"], [".e5", ".e5"], ["~", null], ['"yes"', "yes"],
  ])("read %s as go-yaml does", (text, value) => {
    expect(decode(`a: ${text}\n`, "application/yaml")).toEqual({ body: { a: value }, faults: null });
  });
  it.each([[".nan", "NaN"], ["-.inf", "-Inf"], ["1e400", "+Inf"]])("have no number %s", (text, shown) => {
    expect(decode(`a: ${text}\n`, "application/yaml").faults).toEqual({ unreadable: `json: unsupported value: ${shown}` });
  });
  it("may merge", () => expect(decode("a: &a {x: 1}\nb:\n  <<: *a\n  z: 2\n", "application/yaml")).toEqual({ body: { a: { x: 1 }, b: { x: 1, z: 2 } }, faults: null }));
  it.each([
    ["a: [", "line 1: did not find expected node content"],
    ["a: [1", "line 1: did not find expected ',' or ']'"],
    ["a: b: c", "line 1: mapping values are not allowed in this context"],
    ['x: 1\na: "b', "line 2: found unexpected end of stream"],
  ])("%s is not", (text, complaint) => {
    expect(decode(text, "application/yaml")).toEqual({ body: text, faults: { unreadable: `yaml: ${complaint}` } });
  });
});
