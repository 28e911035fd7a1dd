import { expect, test } from "vitest";
import { latencyBoundsUs, LatencyTable } from "./latencies.ts";

test("an observation falls at or below its bound, and what takes longer than all beyond the last", () => {
  const table = new LatencyTable(2);
  for (const us of [0, 5_000, 5_001, 60_000_000, 60_000_001]) table.observe("a", us);
  const counts = table.byKey.get("a")?.counts ?? [];
  expect([counts[0], counts[1], counts[latencyBoundsUs.length - 1], counts[latencyBoundsUs.length]]).toEqual([2, 1, 1, 1]);
  expect(table.byKey.get("a")?.sumUs).toBe(120_010_002);
});

test("keeps so many keys, and comes back from its state", () => {
  const table = new LatencyTable(2);
  for (const key of ["a", "b", "c", "a"]) table.observe(key, 10_000);
  expect([...table.byKey.keys()]).toEqual(["a", "b"]);
  const other = new LatencyTable(2);
  other.restore(JSON.parse(JSON.stringify(table.snapshot())) as never);
  expect(other.snapshot()).toEqual(table.snapshot());
});
