import { expect, it } from "vitest";
import { humanDuration } from "./humanDuration.ts";

const second = 1_000_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

it.each([
  [-5 * second, "<invalid>"], [0, "0s"], [59 * second, "59s"], [119 * second, "119s"], [2 * minute, "2m"], [3 * minute + 5 * second, "3m5s"], [10 * minute, "10m"], [179 * minute, "179m"], [3 * hour, "3h"],
  [7 * hour + 12 * minute, "7h12m"], [8 * hour + 59 * minute, "8h"], [47 * hour, "47h"], [2 * day, "2d"], [2 * day + 3 * hour, "2d3h"], [8 * day + hour, "8d"], [729 * day, "729d"], [2 * 365 * day + day, "2y1d"], [9 * 365 * day, "9y"],
])("%i us is %s", (durationUs, text) => {
  expect(humanDuration(durationUs)).toBe(text);
});
