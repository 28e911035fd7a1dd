import { formatRfc3339 } from "../../base/rfc3339.ts";
import { LineWriter, readLines, type LogLine } from "./packedLines.ts";

/** As much of a container's output as is kept; the kubelet's files are rotated at 10 MB, ours at this many lines. */
export const keptLines = 1_000;
const longestLine = 16_384;
/** Old lines go a block at a time. */
const blockLines = 250;
const keptBlocks = keptLines / blockLines;

export interface LogRingState {
  /** Full ones, each in its place of the ring: between two keyframes few places change. */
  readonly blocks: readonly string[];
  readonly open: string;
  /** How many blocks have been filled so far. */
  readonly filled: number;
}

/** The newest lines, packed: those of three hundred servers would be most of what a cluster keeps. */
export class LogRing {
  #blocks: readonly string[] = [];
  #open = new LineWriter();
  #filled = 0;

  append(line: LogLine): void {
    this.#open.add(line.text.length > longestLine ? { ...line, text: line.text.slice(0, longestLine) } : line);
    if (this.#open.count < blockLines) return;
    const blocks = [...this.#blocks];
    blocks[this.#filled++ % keptBlocks] = this.#open.packed;
    this.#blocks = blocks;
    this.#open = new LineWriter();
  }

  snapshot(): LogRingState {
    return { blocks: this.#blocks, open: this.#open.packed, filled: this.#filled };
  }

  static of(state: LogRingState): LogRing {
    const ring = new LogRing();
    ring.#blocks = state.blocks;
    ring.#open = LineWriter.of(state.open);
    ring.#filled = state.filled;
    return ring;
  }
}

/** How many lines came before the first that is kept: who follows a log counts from here. */
export function droppedOf({ filled }: LogRingState): number {
  return Math.max(0, filled - keptBlocks) * blockLines;
}

/** All that are kept, oldest first; read anew each time. */
export function linesOf({ blocks, open, filled }: LogRingState): readonly LogLine[] {
  const oldest = filled > keptBlocks ? filled % keptBlocks : 0;
  return [...blocks.slice(oldest), ...blocks.slice(0, oldest), open].flatMap(readLines);
}

export interface LogsQuestion {
  readonly type: "logs";
  /** "namespace/name" */
  readonly pod: string;
  readonly container?: string;
  readonly previous?: boolean;
  readonly tailLines?: number;
  readonly sinceSeconds?: number;
  /** RFC 3339 as Unix microseconds. */
  readonly sinceUs?: number;
  readonly timestamps?: boolean;
  readonly limitBytes?: number;
}

/** The lines that `kubectl logs` would print. */
export function selectLines(lines: readonly LogLine[], question: LogsQuestion, nowUs: number): readonly string[] {
  const since = Math.max(question.sinceUs ?? 0, question.sinceSeconds === undefined ? 0 : nowUs - question.sinceSeconds * 1_000_000);
  let chosen = since > 0 ? lines.filter((line) => line.atUs >= since) : lines;
  if (question.tailLines !== undefined && question.tailLines >= 0) chosen = question.tailLines === 0 ? [] : chosen.slice(-question.tailLines);
  const texts = chosen.map((line) => (question.timestamps === true ? `${nanoTimestamp(line.atUs)} ${line.text}` : line.text));
  if (question.limitBytes === undefined) return texts;
  const within: string[] = [];
  let left = question.limitBytes;
  for (const text of texts) {
    if (left <= 0) break;
    within.push(text.slice(0, left));
    left -= text.length + 1;
  }
  return within;
}

function nanoTimestamp(unixUs: number): string {
  return `${formatRfc3339(unixUs, true).slice(0, -1)}000Z`;
}
