import fc from "fast-check";
import { expect, it } from "vitest";
import { ChurnMap } from "./churnMap.ts";

it("is a Map, in the order of a Map, however many come and go", () => {
  const step = fc.tuple(fc.constantFrom("set", "delete"), fc.integer({ min: 0, max: 30 }));
  fc.assert(fc.property(fc.array(step, { minLength: 1500, maxLength: 2000 }), (steps) => {
    const [map, plain] = [new ChurnMap<number, number>(), new Map<number, number>()];
    for (const [index, [what, key]] of steps.entries()) {
      if (what === "set") {
        map.set(key, index);
        plain.set(key, index);
      } else expect(map.delete(key)).toBe(plain.delete(key));
    }
    expect([...map]).toEqual([...plain]);
    expect([map.size, [...map.keys()], [...map.values()], map.has(3), map.get(3)]).toEqual([plain.size, [...plain.keys()], [...plain.values()], plain.has(3), plain.get(3)]);
  }), { numRuns: 20, seed: 1 });
});
