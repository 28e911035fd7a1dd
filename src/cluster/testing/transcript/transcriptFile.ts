/** Some commands and what they printed. Lines that begin with "#" say why. */
export interface TranscriptBlock {
  readonly lines: readonly string[];
  readonly output: readonly string[];
}

const divider = "----";

/** "a command a line, ----, the output, an empty line". Throws where a block has no divider. */
export function parseTranscript(text: string): readonly TranscriptBlock[] {
  const blocks: TranscriptBlock[] = [];
  for (const part of text.split(/\n{2,}/)) {
    const lines = part.split("\n").filter((line) => line !== "");
    if (lines.length === 0) continue;
    const at = lines.indexOf(divider);
    if (at < 0 && !lines.every((line) => line.startsWith("#"))) throw new Error(`no "${divider}" after: ${lines.at(-1) ?? ""}`);
    blocks.push({ lines: at < 0 ? lines : lines.slice(0, at), output: at < 0 ? [] : lines.slice(at + 1) });
  }
  return blocks;
}

export function formatTranscript(blocks: readonly TranscriptBlock[]): string {
  return `${blocks.map(({ lines, output }) => (isRemark(lines) ? lines : [...lines, divider, ...output]).join("\n")).join("\n\n")}\n`;
}

function isRemark(lines: readonly string[]): boolean {
  return lines.every((line) => line.startsWith("#"));
}

/** Does the commands of every block again, in order. `run` returns the lines that a command prints. */
export function replay(blocks: readonly TranscriptBlock[], run: (command: string) => readonly string[]): readonly TranscriptBlock[] {
  return blocks.map(({ lines }) => ({
    lines,
    // An empty line would end the block.
    output: lines.filter((line) => !line.startsWith("#")).flatMap((line) => run(line)).filter((line) => line.trim() !== ""),
  }));
}
