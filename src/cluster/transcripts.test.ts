import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { TranscriptRunner } from "./testing/transcript/runTranscript.ts";
import { formatTranscript, parseTranscript, replay } from "./testing/transcript/transcriptFile.ts";

const folder = new URL("testdata/", import.meta.url);
const update = process.env["ORRERY_UPDATE"] === "1";

function read(name: string): string {
  return readFileSync(new URL(name, folder), "utf8");
}

/** Each file is a piece of policy: what happens, by what name, after how long. `npm test -- --update` writes down what happens now. */
describe("transcripts", { timeout: 60_000 }, () => {
  it.each(readdirSync(folder).filter((name) => name.endsWith(".txt")))("%s", (name) => {
    const runner = new TranscriptRunner((file) => read(`manifests/${file}`));
    const happened = formatTranscript(replay(parseTranscript(read(name)), (command) => runner.run(command)));
    if (update) writeFileSync(new URL(name, folder), happened);
    else expect(happened).toBe(read(name));
  });
});

describe("a transcript", () => {
  it("is told from what happened", () => {
    const blocks = parseTranscript("# Why.\n\nadvance 1s\nget pods\n----\nNAME\nweb\n");
    expect(blocks).toEqual([{ lines: ["# Why."], output: [] }, { lines: ["advance 1s", "get pods"], output: ["NAME", "web"] }]);
    expect(formatTranscript(replay(blocks, (command) => (command === "get pods" ? ["NAME", "", "other"] : [])))).toBe("# Why.\n\nadvance 1s\nget pods\n----\nNAME\nother\n");
  });

  it("without a divider is refused, and so is a verb that is not known", () => {
    expect(() => parseTranscript("get pods\n")).toThrow('no "----" after: get pods');
    const runner = new TranscriptRunner(read);
    expect(() => runner.run("get pods")).toThrow('"get pods" comes before "cluster"');
    runner.run("cluster --nodes=1");
    expect(() => runner.run("constructor")).toThrow('unknown verb "constructor"');
  });
});
