import { describe, expect, it } from "vitest";
import { pursuit } from "./pursuit.ts";

const s = 1_000_000;

describe("showing the same moment as another engine", () => {
  it.each([
    ["stands still where it has been already, and shows what it was like", 30 * s, { wantedUs: 20 * s, speed: 1 }, { speed: 0, look: 20 * s }],
    ["hurries where it is behind", 10 * s, { wantedUs: 20 * s, speed: 1 }, { speed: 20, look: "live" }],
    ["hurries more behind a run that is fast itself", 10 * s, { wantedUs: 90 * s, speed: 60 }, { speed: 240, look: "live" }],
    ["walks beside one that is near", 20 * s - 100_000, { wantedUs: 20 * s, speed: 2 }, { speed: 2, look: "live" }],
    ["slows where it is a little ahead", 20 * s + 300_000, { wantedUs: 20 * s, speed: 1 }, { speed: 0.5, look: "live" }],
    ["stops exactly where the other one stands", 20 * s + 300_000, { wantedUs: 20 * s, speed: 0 }, { speed: 0, look: 20 * s }],
    ["comes the last bit by itself", 20 * s - 100_000, { wantedUs: 20 * s, speed: 0 }, { speed: 1, look: "live" }],
  ] as const)("%s", (_, now, other, expected) => {
    expect(pursuit(now, other)).toEqual(expected);
  });
});
