import fc from "fast-check";
import { parse } from "yaml";
import { goYamlTags } from "../../apimachinery/goYamlTags.ts";
import { describe, expect, it } from "vitest";
import type { Json } from "../../base/json.ts";
import { parseArgs } from "../flags.ts";
import { failureMessage, KubectlError } from "../host.ts";
import { smartLabel } from "../describe/others.ts";
import { longTime } from "../describe/writer.ts";
import { compareKeys, goIndentedJson, goYaml } from "./goYaml.ts";
import { alignTabs, describeTable, getTable } from "./tabWriter.ts";

describe("YAML as kubectl prints it", () => {
  it.each<readonly [Json, string]>([
    [{ b: 1, a: [1, { c: null, d: [] }], e: {} }, "a:\n- 1\n- c: null\n  d: []\nb: 1\ne: {}\n"],
    [{ a: "yes", b: "012", c: "1e3", d: "~", e: "", f: "2026-01-01T00:00:00Z", g: "1:30", h: "off" }, 'a: "yes"\nb: "012"\nc: "1e3"\nd: "~"\ne: ""\nf: "2026-01-01T00:00:00Z"\ng: "1:30"\nh: "off"\n'],
    [{ a: "x: y", b: "- z", c: "a #b", d: "#x", e: "it's", f: "'q'", g: "a:b", h: "*x" }, "a: 'x: y'\nb: '- z'\nc: 'a #b'\nd: '#x'\ne: it's\nf: '''q'''\ng: a:b\nh: '*x'\n"],
    [{ a: "one\n  two\n", b: "one\ntwo", c: "x\n\n", d: " lead\nx\n", e: "trail \nx\n" }, 'a: |\n  one\n    two\nb: |-\n  one\n  two\nc: |+\n  x\n\nd: |2\n   lead\n  x\ne: "trail \\nx\\n"\n'],
    [{ "a\tb": "tab\there", z: "ünï", n: -1.5 }, '"a\\tb": "tab\\there"\n"n": -1.5\nz: ünï\n'],
    [[[1, 2], "x"], "- - 1\n  - 2\n- x\n"],
  ])("%j", (value, text) => {
    expect(goYaml(value)).toBe(text);
  });

  it("reads back as what it was", () => {
    const texts = fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom("e0", "._", "12:30", "yes", "null", "0x1f", "1_000", "a: b", "x\n y\n", "\n", " ", "- a", "1.0", "---", "? x", "!t", "%a", "@a", "`a`", "a\u00a0b", "\u2028"));
    const values = fc.letrec<{ value: Json }>((tie) => ({ value: fc.oneof({ maxDepth: 4 }, texts, fc.integer(), fc.boolean(), fc.constant(null), fc.array(tie("value"), { maxLength: 4 }), fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }).filter((key) => key !== "__proto__"), tie("value"), { maxKeys: 4 })) as fc.Arbitrary<Json> })).value;
    fc.assert(
      fc.property(values, (value) => {
        expect(parse(goYaml(value), { version: "1.1", customTags: goYamlTags, uniqueKeys: false })).toEqual(value);
      }),
      { seed: 61, numRuns: 400 },
    );
  });

  it("sorts keys with their numbers, letters last", () => {
    expect(["b10", "b2", "a", "B", "1", "_", "a-b", "a/b", "ab"].sort(compareKeys)).toEqual(["_", "1", "B", "a", "a-b", "a/b", "ab", "b2", "b10"]);
    expect(goIndentedJson({ b: "<&>", a: [] })).toBe('{\n    "a": [],\n    "b": "\\u003c\\u0026\\u003e"\n}\n');
  });
});

describe("columns", () => {
  it("are as wide as their widest cell, in runs of lines", () => {
    expect(alignTabs("NAME\tREADY\na-long-name\t1/1", getTable)).toBe("NAME          READY\na-long-name   1/1");
    expect(alignTabs("Name:\tx\nLabels:\ty\nPod:\n  Image:\tz", describeTable)).toBe("Name:    x\nLabels:  y\nPod:\n  Image:  z");
    expect(alignTabs("a\t\tb", getTable)).toBe("a           b");
  });
  it("remember their widths over a watch", () => {
    const widths: number[] = [];
    alignTabs("a-very-long-name\tx", getTable, widths);
    expect(alignTabs("b\ty", getTable, widths)).toBe("b                  y");
  });
});

describe("flags and words", () => {
  const specs = { output: { short: "o", type: "text" }, all: { short: "A", type: "bool" }, "dry-run": { type: "optional", alone: "unchanged" }, stdin: { short: "i", type: "bool" }, tty: { short: "t", type: "bool" } } as const;
  it("are read as pflag reads them", () => {
    const { flags, args, dash } = parseArgs(["-oyaml", "a", "-it", "--dry-run", "b", "-n=x", "--all=false", "--", "-c", "d"], specs, "get");
    expect([flags.text("output"), flags.bool("stdin"), flags.bool("tty"), flags.text("dry-run"), flags.text("namespace"), flags.bool("all"), args, dash]).toEqual(["yaml", true, true, "unchanged", "x", false, ["a", "b", "-c", "d"], 2]);
  });
  it.each([[["--nope"], "unknown flag: --nope"], [["-z"], "unknown shorthand flag: 'z' in -z"], [["-o"], "flag needs an argument: 'o' in -o"], [["--output"], "flag needs an argument: --output"], [["--constructor"], "unknown flag: --constructor"]])("%j", (words, said) => {
    expect(() => parseArgs(words, specs, "get")).toThrow(new KubectlError(`error: ${said}\nSee 'kubectl get --help' for usage.`));
  });
  it("refusals, times and labels", () => {
    const invalid = { code: 422, warnings: [], body: { reason: "Invalid", message: "m", details: { kind: "Pod", name: "x", causes: [{ field: "a", message: "b" }, { field: "c", message: "d" }] } } };
    expect(failureMessage(invalid, "error when creating")).toBe('The Pod "x" is invalid: \n* a: b\n* c: d');
    expect(longTime("2026-11-27T05:03:09Z")).toBe("Fri, 27 Nov 2026 05:03:09 +0000");
    expect(["podIP", "uid", "apiVersion", "ipv4Addr", "creationTimestamp"].map(smartLabel)).toEqual(["Pod IP", "UID", "API Version", "Ipv 4 Addr", "Creation Timestamp"]);
  });
});
