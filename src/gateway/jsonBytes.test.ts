import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../base/json.ts";
import { answerOf, objectBytes } from "./jsonBytes.ts";

const answerText = (body: Json): string => answerOf(body).toString();
const objectText = (value: Json): string => objectBytes(value).toString();

describe("the bytes of an answer", () => {
  it("is what JSON.stringify writes, the second time too", () => {
    fc.assert(fc.property(fc.jsonValue(), fc.array(fc.jsonValue()), (value, items) => {
      const bodies = [value as Json, { kind: "ThingList", metadata: { resourceVersion: "1" }, items: items as Json[], after: value as Json }];
      for (const body of bodies) for (const again of [0, 1]) expect(answerText(body), `${again}`).toBe(`${JSON.stringify(body)}\n`);
    }), { seed: 57 });
  });

  it("is written once for an object, not for its equal", () => {
    let read = 0;
    const object = { get name() { read++; return "a"; } };
    expect([objectText(object), answerText({ items: [object] }), objectText(object)]).toEqual(['{"name":"a"}', '{"items":[{"name":"a"}]}\n', '{"name":"a"}']);
    expect(read).toBe(1);
    expect(objectText({ name: "b" })).toBe('{"name":"b"}');
  });

  it("of a large object is not kept", () => {
    let read = 0;
    const object = { get name() { read++; return "a".repeat(70_000); } };
    objectText(object);
    objectText(object);
    expect(read).toBe(2);
  });
});
