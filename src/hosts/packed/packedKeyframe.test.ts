import { describe, expect, it } from "vitest";
import type { Json } from "../../base/json.ts";
import { defaultClusterSpec } from "../../cluster/clusterSpec.ts";
import type { ClusterCommand, ClusterRecording } from "../../cluster/commands.ts";
import { second, simTime } from "../../sim/time.ts";
import { clusterComposition } from "../clusterComposition.ts";
import { Coordinator } from "../coordinator.ts";
import type { Keyframe } from "../keyframes.ts";
import { InlineHost } from "../transports/inline.ts";
import { applied, deltaOf } from "./delta.ts";
import { PackedKeyframe } from "./packedKeyframe.ts";

describe("a delta", () => {
  const cases: readonly (readonly [Json, Json])[] = [
    [1, "1"], [null, {}], [{}, []], [[], null], [{ a: 1, b: 2 }, { b: 2, a: 1 }], [{ a: 1 }, { a: 1, b: null }], [{ a: [1, 2, 3] }, { a: [1, 5, 3, 4] }], [[1, 2, 3], [3]],
    [[["x", 1], ["y", 2], ["z", 3]], [["z", 3], ["x", 4], ["new", 0], ["y", 2], ["y", 9]]],
    [[{ key: "a", v: 1 }, { key: "b", v: { w: [2] } }], [{ key: "0", v: 0 }, { key: "b", v: { w: [2, 3] } }, { key: "a", v: 1 }]],
    [[[1], [2]], [[{ a: 0 }], [0], [[0]]]], [{ i: 1, d: 0 }, { i: 2, d: [0] }], [[{ n: "x", d: 1, key: "k" }], [{ n: "y", d: 0, key: "k" }, 0, [0]]], [{ a: { o: 1 } }, { a: { o: { a: 0 } } }],
    [JSON.parse('{"__proto__":1,"constructor":{"a":1}}') as Json, JSON.parse('{"__proto__":{"x":2},"constructor":{"a":2}}') as Json],
  ];

  it("makes of one value the other, in its order, and of the same nothing", () => {
    for (const [before, now] of cases) {
      for (const [from, to] of [[before, now], [now, before], [{ x: [before, now, before] }, { x: [now, now, before, now] }]] as const) {
        const delta = deltaOf(from, to, { left: 1_000 }) as Json;
        expect(JSON.stringify(applied(from, JSON.parse(JSON.stringify(delta)) as Json))).toBe(JSON.stringify(to));
        expect(deltaOf(from, JSON.parse(JSON.stringify(from)) as Json, { left: 1_000 })).toBe(0);
      }
    }
  });

  it("is given up where too much changed, and where JSON does not tell it", () => {
    const large = Array.from({ length: 100 }, (_, at) => at);
    expect(deltaOf(0, large, { left: 100 })).toBe(null);
    expect(deltaOf(0, large, { left: 101 })).toEqual([large]);
    for (const odd of [NaN, Infinity, -0, undefined]) expect(deltaOf({ a: 1 }, { a: [odd] } as unknown as Json, { left: 100 })).toBe(null);
  });
});

it("goes back to a packed keyframe and on with the same history", async () => {
  const recording: ClusterRecording = { format: 1, engine: "", seed: 3, spec: defaultClusterSpec, journal: [], checkpoints: [] };
  const coordinator = new Coordinator({ composition: clusterComposition, recording, engine: "", ports: [new InlineHost<typeof defaultClusterSpec, ClusterCommand>(clusterComposition)], listener: { window: () => undefined, diverged: () => undefined, applied: () => undefined } });
  await coordinator.open();
  const kept: Keyframe[] = [];
  const digests: string[] = [];
  for (const at of [30 * second, 60 * second, 65 * second]) {
    await coordinator.advance(simTime(at));
    kept.push(await coordinator.keyframe());
    digests.push(coordinator.digest());
  }
  const [base, keyframe] = kept as [Keyframe, Keyframe];
  const packed = PackedKeyframe.of(base, keyframe)!;
  const again = packed.unpacked();
  expect([packed.at, JSON.stringify(again)]).toEqual([keyframe.at, JSON.stringify(keyframe)]);
  // What one worker sent twice has nothing in common but what is equal.
  expect(JSON.stringify(PackedKeyframe.of(structuredClone(base), structuredClone(keyframe))?.unpacked())).toBe(JSON.stringify(keyframe));
  await coordinator.restore(again);
  expect(coordinator.digest()).toBe(digests[1]);
  await coordinator.advance(simTime(65 * second));
  expect(coordinator.digest()).toBe(digests[2]);
}, 60_000);
