import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RandomStreams } from "./streams.ts";

describe("random streams", () => {
  it("do not shift one another", () => {
    const [one, two] = [new RandomStreams(1, "cp-1/x"), new RandomStreams(1, "cp-1/x")];
    two.stream("other").int(0, 9);
    const draws = (streams: RandomStreams): number[] => Array.from({ length: 20 }, () => streams.stream("names").int(0, 1_000_000));
    expect(draws(one)).toEqual(draws(two));
    expect(draws(new RandomStreams(2, "cp-1/x"))).not.toEqual(draws(new RandomStreams(1, "cp-1/x")));
    expect(draws(new RandomStreams(1, "cp-1/y"))).not.toEqual(draws(new RandomStreams(1, "cp-1/x")));
  });

  it("go on where they were saved", () => {
    const streams = new RandomStreams(5, "p");
    const fork = streams.stream("").fork("a").fork("b");
    for (let index = 0; index < 7; index++) fork.int(0, 3);
    const restored = new RandomStreams(5, "p");
    restored.restore(JSON.parse(JSON.stringify(streams.snapshot())) as never);
    for (let index = 0; index < 50; index++) expect(restored.stream("a/b").int(-5, 1e15)).toBe(fork.int(-5, 1e15));
  });

  it("stay in their bounds and reach them", () => {
    const random = new RandomStreams(1, "p").stream("");
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 0, max: 1e12 }), (min, width) => {
        const drawn = random.int(min, min + width);
        expect(Number.isInteger(drawn) && drawn >= min && drawn <= min + width).toBe(true);
      }),
      { seed: 1 },
    );
    const counts = [0, 0, 0, 0, 0];
    for (let index = 0; index < 50_000; index++) counts[random.int(0, 4)]!++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
    expect(random.chance({ num: 0, den: 5 })).toBe(false);
    expect(random.chance({ num: 5, den: 5 })).toBe(true);
    expect(() => random.int(1, 0)).toThrow(RangeError);
  });
});
