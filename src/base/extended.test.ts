import { expect, it } from "vitest";
import { changed, copyToExtend, extended } from "./extended.ts";

it("does what spreading does, in its order of keys, and leaves the original alone", () => {
  const object: { readonly a: number; readonly b?: number } = { a: 1 };
  expect(JSON.stringify(extended({ a: 1, b: 2 }, { c: 3, a: 4 }))).toBe('{"a":4,"b":2,"c":3}');
  expect(changed(object, { b: 2 })).toEqual({ a: 1, b: 2 });
  const copy = copyToExtend(object);
  copy.b = 3;
  expect([object, copy]).toEqual([{ a: 1 }, { a: 1, b: 3 }]);
});

it("takes a key named __proto__ as any other key", () => {
  const sly = JSON.parse('{"__proto__": {"admin": true}, "a": 1}') as object;
  for (const copy of [copyToExtend(sly), extended(sly, { b: 2 }), extended({ b: 2 }, sly)]) {
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
    expect(Object.keys(copy)).toContain("__proto__");
  }
});
