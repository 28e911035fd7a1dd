import { describe, expect, it } from "vitest";
import { readFragment } from "../../share/link.ts";
import { decodeRecording, recordingFromJson } from "../../share/recordingCodec.ts";
import { parseManifest } from "../editor/manifestDocs.ts";
import { fileProblem } from "../stores/editorStore.ts";
import { Screen } from "../terminal/screen.ts";
import { linesUntil } from "../dock/logLines.ts";
import { fileNames, fragments, links, manifests, prints, recordings, type Hostile } from "./corpus.ts";

/** What an input may cost the page's thread. The ordinary run, on machines that do other work too, has room above it: what is quadratic costs seconds. */
const mostMs = process.env["ORRERY_DEEP"] === "1" ? 100 : 600;

const table = (cases: readonly Hostile[]) => cases.map((one): [string, Hostile] => [one.what, one]);

/** The result, and that it cost little: of three tries the cheapest counts, for a machine may be busy with others. */
function cheap<T>(read: () => T): T {
  const tried = (): { readonly result: T; readonly ms: number } => {
    const before = process.cpuUsage();
    const result = read();
    const { user, system } = process.cpuUsage(before);
    return { result, ms: (user + system) / 1000 };
  };
  const first = tried();
  let least = first.ms;
  for (let again = 0; again < 2 && least > mostMs; again++) least = Math.min(least, tried().ms);
  expect(least).toBeLessThanOrEqual(mostMs);
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  return first.result;
}

function answers(said: string | null, says: RegExp | null): void {
  if (says === null) expect(said).toBeNull();
  else expect(said).toMatch(says);
}

describe("hostile input", () => {
  it("is a corpus of some size, each case of a kind under its own name", () => {
    const all = [manifests, recordings, links, fragments, fileNames, prints];
    expect(all.flat().length).toBeGreaterThan(100);
    for (const kind of all) expect(new Set(kind.map(({ what }) => what)).size).toBe(kind.length);
  });

  it.each(table(manifests))("a manifest: %s", (_, { input, says }) => {
    const { problems } = cheap(() => parseManifest("a.yaml", input));
    expect(problems.length).toBeLessThanOrEqual(100);
    for (const { line, column } of problems) expect(line >= 1 && column >= 1 && line <= input.split("\n").length).toBe(true);
    answers(problems[0]?.message ?? null, says);
  });

  it.each(table(recordings))("a recording: %s", (_, { input, says }) => {
    const decoded = cheap(() => recordingFromJson(input));
    answers(decoded.ok ? null : decoded.reason, says);
  });

  it.each(table(links))("a link: %s", (_, { input, says }) => {
    const decoded = cheap(() => decodeRecording(input));
    answers(decoded.ok ? null : decoded.reason, says);
  });

  it.each(table(fragments))("a fragment: %s", (_, { input, says }) => answers(cheap(() => readFragment(input)).type, says));

  it.each(table(fileNames))("a file's name: %s", (_, { input, says }) => answers(cheap(() => fileProblem([], input, "a: 1")), says));

  it.each(table(prints))("what a container prints: %s", (_, { input }) => {
    const screen = cheap(() => {
      const written = new Screen();
      written.write(input);
      return written;
    });
    const text = screen.text();
    // eslint-disable-next-line no-control-regex -- control characters are what must not be left
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
    expect(text.length).toBeLessThanOrEqual(2_000_000);
    expect(cheap(() => linesUntil(input, 0))).not.toContain("\u001b");
  });
});
