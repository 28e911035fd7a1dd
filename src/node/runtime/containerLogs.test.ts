import { describe, expect, it } from "vitest";
import { droppedOf, keptLines, linesOf, LogRing, selectLines, type LogsQuestion } from "./containerLogs.ts";

const startUs = 1_767_225_600_000_000;
const lines = ["one", "two", "three"].map((text, index) => ({ atUs: startUs + index * 10_000_000, stream: "stdout" as const, text }));

describe("container logs", () => {
  const table: readonly (readonly [Partial<LogsQuestion>, readonly string[]])[] = [
    [{}, ["one", "two", "three"]], [{ tailLines: 1 }, ["three"]], [{ tailLines: 0 }, []], [{ sinceSeconds: 15 }, ["two", "three"]], [{ sinceUs: startUs + 20_000_000 }, ["three"]],
    [{ timestamps: true, tailLines: 1 }, ["2026-01-01T00:00:20.000000000Z three"]], [{ limitBytes: 5 }, ["one", "t"]],
  ];
  for (const [question, expected] of table) {
    it(JSON.stringify(question), () => expect(selectLines(lines, { type: "logs", pod: "default/p", ...question }, startUs + 25_000_000)).toEqual(expected));
  }

  it("keeps the newest lines and says how many went before, also after it was kept", () => {
    const ring = new LogRing();
    for (let n = 0; n < keptLines * 3 + 610; n++) ring.append({ atUs: startUs + n, stream: "stdout", text: String(n) });
    const kept = LogRing.of(ring.snapshot()).snapshot();
    const read = linesOf(kept).map(({ text }) => Number(text));
    expect(droppedOf(kept) + read.length).toBe(keptLines * 3 + 610);
    expect(read).toEqual(Array.from({ length: read.length }, (_, index) => droppedOf(kept) + index));
    expect(read.length).toBeGreaterThanOrEqual(keptLines);
    expect(read.length).toBeLessThan(keptLines + 250);
  });
});
