import { expect, it } from "vitest";
import { LineWriter, readLines, type LogLine } from "./packedLines.ts";

const startUs = 1_767_225_600_000_000;

const access = (n: number): LogLine => ({
  atUs: startUs + n * 75_123,
  stream: "stdout",
  text: `10.244.0.2 - - [01/Jan/2026:00:00:${String(Math.floor(n * 0.075) % 60).padStart(2, "0")} +0000] "GET /${n % 7 === 0 ? "about" : ""} HTTP/1.1" 200 615 "-" "Mozilla/5.0 (X11; Linux x86_64)" "203.0.113.${n % 8}"`,
});

const odd: readonly LogLine[] = [
  { atUs: startUs, stream: "stderr", text: "" },
  { atUs: startUs, stream: "stdout", text: "aaa" },
  { atUs: startUs + 1, stream: "stdout", text: "aaaa" },
  { atUs: startUs - 3_600_000_000, stream: "stderr", text: "aa" },
  { atUs: startUs + 5, stream: "stdout", text: "Grüße, 世界 \u{1f300} \ud800 \u0000\uffff" },
  { atUs: startUs + 6, stream: "stdout", text: "Grüße, 世界 \u{1f310} \ud800 \u0000\uffff" },
  { atUs: startUs + 7, stream: "stdout", text: "x".repeat(16_384) },
];

it("gives back the lines that were written, whatever they hold, and goes on from its own text at any of them", () => {
  const lines = [...odd, ...Array.from({ length: 40 }, (_, n) => access(n)), ...odd];
  let writer = new LineWriter();
  for (const line of lines) {
    writer.add(line);
    writer = LineWriter.of(writer.packed);
  }
  expect(writer.count).toBe(lines.length);
  expect(readLines(writer.packed)).toEqual(lines);
});

const bytesOfALine = (line: (n: number) => LogLine): number => {
  const writer = new LineWriter();
  for (let n = 0; n < 250; n++) writer.add(line(n));
  return writer.packed.length / 250;
};

it("takes a line of a server's log in some dozen bytes, and in three where one is like the other", () => {
  expect(bytesOfALine(access)).toBeLessThan(14);
  const probe = (n: number): LogLine => ({ ...access(0), atUs: startUs + n * 2_000_000, text: access(0).text.replace("00:00:00", `00:${String(Math.floor(n / 30)).padStart(2, "0")}:${String((n * 2) % 60).padStart(2, "0")}`) });
  expect(bytesOfALine(probe)).toBeLessThan(4);
});
