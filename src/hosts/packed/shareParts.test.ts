import { expect, it } from "vitest";
import { shareParts } from "./shareParts.ts";

const fresh = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

it("is made of the old one's equal parts, and is the old one where all is equal", () => {
  const old = { a: { deep: [1, { x: "y" }] }, b: [{ n: 1 }, { n: 2 }], c: null, "__proto__x": true };
  expect(shareParts(old, fresh(old))).toBe(old);
  const next = fresh({ ...old, b: [{ n: 1 }, { n: 3 }] });
  const shared = shareParts(old, next);
  expect(shared).toEqual(next);
  expect(JSON.stringify(shared)).toBe(JSON.stringify(next));
  expect([shared.a === old.a, shared.b === old.b, shared.b[0] === old.b[0], shared.b[1] === next.b[1]]).toEqual([true, false, true, true]);
  expect(next.b[0]).not.toBe(old.b[0]);
});

it("takes what is undefined for equal to itself alone", () => {
  const old = { a: undefined, b: [undefined, { n: 1 }] };
  expect(shareParts(old as never, structuredClone(old) as never)).toBe(old);
  for (const next of [{ a: null, b: old.b }, { b: old.b }, { a: undefined, b: [null, { n: 1 }] }]) expect(shareParts(old as never, structuredClone(next) as never)).toStrictEqual(next);
});

it("keeps the order of keys, lengths and kinds apart", () => {
  for (const [old, next] of [[{ a: 1, b: 2 }, { b: 2, a: 1 }], [[1, 2], [1]], [[1], [1, 2]], [{ a: 1 }, { a: 1, b: null }], [{ a: 1, b: null }, { a: 1 }], [[], {}], [{}, []], [null, {}], [{ p: { a: 1, b: 2 } }, { p: { b: 2, a: 1 } }]] as const) {
    expect(JSON.stringify(shareParts(old as never, next as never)), JSON.stringify([old, next])).toBe(JSON.stringify(next));
  }
});

it("takes a key named __proto__ for a key", () => {
  const old = JSON.parse('{"a":{"n":1},"__proto__":{"n":2}}') as object;
  const next = JSON.parse('{"a":{"n":1},"__proto__":{"n":3}}') as object;
  const shared = shareParts(old as never, next as never);
  expect(JSON.stringify(shared)).toBe(JSON.stringify(next));
  expect(Object.getPrototypeOf(shared)).toBe(Object.prototype);
});
