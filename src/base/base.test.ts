import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assert } from "./assert.ts";
import { canonicalJson } from "./canonicalJson.ts";
import { compareText } from "./compareText.ts";
import { deepEqual } from "./deepEqual.ts";
import { deepFreeze } from "./freeze.ts";
import { fnv1a32, hashJson } from "./hash.ts";
import { Heap } from "./heap.ts";
import { isLongerAsText, type Json } from "./json.ts";
import { naturalLog } from "./naturalLog.ts";
import { formatRfc3339, parseRfc3339 } from "./rfc3339.ts";
import { SortedMap } from "./sortedMap.ts";

const clone = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
const normal = (value: unknown): Json => clone(value) as Json;

describe("hash", () => {
  it.each([
    ["", 0x811c9dc5],
    ["a", 0xe40c292c],
    ["foobar", 0xbf9cf968],
  ])("fnv1a32(%j) is the published value", (text, hash) => expect(fnv1a32(text)).toBe(hash));

  it("hashes UTF-8 bytes", () => {
    const overBytes = (text: string): number => {
      let hash = 0x811c9dc5;
      for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
      return hash >>> 0;
    };
    for (const text of ["é", "€uro", "😀 x", "Köln"]) expect(fnv1a32(text)).toBe(overBytes(text));
  });

  it("equals for equal data, differs for different data", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (left, right) => {
        const [a, b] = [normal(left), normal(right)];
        expect(hashJson(a)).toBe(hashJson(clone(a)));
        expect(hashJson(a) === hashJson(b)).toBe(canonicalJson(a) === canonicalJson(b));
      }),
      { seed: 1 },
    );
  });

  it("ignores the order of keys and keys that are undefined, heeds the order of items", () => {
    expect(hashJson({ a: 1, b: [1, 2] })).toBe(hashJson({ b: [1, 2], a: 1, c: undefined } as unknown as Json));
    expect(hashJson([1, 2])).not.toBe(hashJson([2, 1]));
    expect(hashJson({ a: { b: 1 } })).not.toBe(hashJson({ b: { a: 1 } }));
    expect(hashJson({ a: 1, b: 2 })).not.toBe(hashJson({ a: 2, b: 1 }));
    expect(hashJson([])).not.toBe(hashJson({}));
    expect(hashJson("1")).not.toBe(hashJson(1));
  });

  it("has no collision among many small variations", () => {
    const seen = new Set<string>();
    for (let index = 0; index < 50_000; index++) seen.add(hashJson({ metadata: { name: `pod-${index}`, generation: index }, spec: [index] }));
    expect(seen.size).toBe(50_000);
  });
});

describe("heap", () => {
  it("pops in order", () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.array(fc.integer()), (first, then) => {
        const heap = new Heap<number>((a, b) => a - b, first);
        for (const item of then) heap.push(item);
        const popped: number[] = [];
        for (let item = heap.pop(); item !== undefined; item = heap.pop()) popped.push(item);
        expect(popped).toEqual([...first, ...then].sort((a, b) => a - b));
      }),
      { seed: 1 },
    );
  });
});

describe("sortedMap", () => {
  it("behaves as a sorted list of entries", () => {
    const key = fc.string({ maxLength: 3 });
    fc.assert(
      fc.property(fc.array(fc.record({ key, remove: fc.boolean() })), key, key, (steps, start, end) => {
        const map = new SortedMap<number>();
        const model = new Map<string, number>();
        steps.forEach((step, index) => {
          if (step.remove) expect(map.delete(step.key)).toBe(model.delete(step.key));
          else {
            map.set(step.key, index);
            model.set(step.key, index);
          }
        });
        const sorted = [...model].sort(([a], [b]) => compareText(a, b));
        expect([...map.entries()]).toEqual(sorted);
        expect([...map.range(start, end)]).toEqual(sorted.filter(([at]) => at >= start && at < end));
        expect(map.size).toBe(model.size);
      }),
      { seed: 1 },
    );
  });

  it("keeps order over many chunks", () => {
    const map = new SortedMap<number>();
    for (let index = 0; index < 5000; index++) map.set(`k${(index * 7919) % 5000}`, index);
    for (let index = 0; index < 5000; index += 2) map.delete(`k${index}`);
    const keys = [...map.keys()];
    expect(keys).toEqual([...keys].sort(compareText));
    expect(keys).toHaveLength(2500);
  });
});

describe("rfc3339", () => {
  it.each([
    ["2026-01-01T00:00:00Z", 1_767_225_600_000_000],
    ["2026-01-01T01:30:00.25+01:30", 1_767_225_600_250_000],
    ["0001-01-01T00:00:00Z", -62_135_596_800_000_000],
    ["2024-02-29T23:59:59.123456789Z", 1_709_251_199_123_456],
  ])("parses %s", (text, unixUs) => expect(parseRfc3339(text)).toBe(unixUs));

  it.each(["", "2026-01-01", "2026-13-01T00:00:00Z", "2025-02-29T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:00:00"])("refuses %j", (text) =>
    expect(parseRfc3339(text)).toBeNull(),
  );

  it("formats and parses back", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000_000_000 }), (unixUs) => {
        expect(parseRfc3339(formatRfc3339(unixUs, true))).toBe(unixUs);
        expect(parseRfc3339(formatRfc3339(unixUs))).toBe(unixUs - (unixUs % 1_000_000));
      }),
      { seed: 1 },
    );
    expect(formatRfc3339(1_767_225_600_000_007, true)).toBe("2026-01-01T00:00:00.000007Z");
  });
});

describe("the length of a text", () => {
  it("is told as it is written", () => {
    fc.assert(fc.property(fc.jsonValue(), fc.integer({ min: 0, max: 200 }), (value, limit) => {
      expect(isLongerAsText(value as Json, limit)).toBe(JSON.stringify(value).length > limit);
    }), { seed: 1 });
    expect(isLongerAsText("\u0001".repeat(10), 61)).toBe(true);
    expect(isLongerAsText("\u0001".repeat(10), 62)).toBe(false);
    expect(isLongerAsText([-1.7976931348623157e308], 25)).toBe(true);
    expect(isLongerAsText([-1.7976931348623157e308], 26)).toBe(false);
  });
});

describe("plain data", () => {
  it("deepEqual agrees with canonical JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (left, right) => {
        expect(deepEqual(normal(left), normal(left))).toBe(true);
        expect(deepEqual(normal(left), normal(right))).toBe(canonicalJson(left) === canonicalJson(right));
      }),
      { seed: 1 },
    );
    expect(deepEqual({ a: undefined }, {})).toBe(true);
    expect(deepEqual({ a: 1 }, { b: 1 })).toBe(false);
    expect(deepEqual([], {})).toBe(false);
  });

  it("deepFreeze freezes all the way down", () => {
    const data = deepFreeze({ a: [{ b: 1 }] });
    expect(() => ((data.a[0] as { b: number }).b = 2)).toThrow();
  });

  it("assert throws its message", () => expect(() => assert(false, "no")).toThrow("assertion failed: no"));

  it("naturalLog is the logarithm to 1e-15 of its size", () => {
    for (const value of [1e-9, 0.1, 0.75, 1, 1.5, 2, 10, 1234.5, 1e15]) {
      expect(Math.abs(naturalLog(value) - Math.log(value))).toBeLessThanOrEqual(4e-16 * Math.max(1, Math.abs(Math.log(value))));
    }
    expect(naturalLog(0)).toBeNaN();
  });
});
