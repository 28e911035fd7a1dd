import { formatRfc3339 } from "../../base/rfc3339.ts";
import { LineWriter, readLines, type LogLine } from "./packedLines.ts";

/** As much of a container's output as is kept; the kubelet's files are rotated at 10 MB, ours at this many lines. */
export const keptLines = 1_000;
const longestLine = 16_384;
/** Old lines go a block at a time. */
const blockLines = 250;
const keptBlocks = keptLines / blockLines;

export interface LogRingState {
  readonly blocks: readonly string[];
  readonly open: string;
  readonly dropped: number;
}

/** The newest lines, packed: those of three hundred servers would be most of what a cluster keeps. */
export class LogRing {
  #blocks: readonly string[] = [];
  #open = new LineWriter();
  #dropped = 0;

  append(line: LogLine): void {
    this.#open.add(line.text.length > longestLine ? { ...line, text: line.text.slice(0, longestLine) } : line);
    if (this.#open.count < blockLines) return;
    this.#blocks = [...this.#blocks, this.#open.packed];
    this.#open = new LineWriter();
    if (this.#blocks.length <= keptBlocks) return;
    this.#blocks = this.#blocks.slice(1);
    this.#dropped += blockLines;
  }

  /** They are read anew each time. */
  get lines(): readonly LogLine[] {
    return linesOf(this.snapshot());
  }

  /** How many lines came before the first that is kept: who follows a log counts from here. */
  get dropped(): number {
    return this.#dropped;
  }

  snapshot(): LogRingState {
    return { blocks: this.#blocks, open: this.#open.packed, dropped: this.#dropped };
  }

  static of(state: LogRingState): LogRing {
    const ring = new LogRing();
    ring.#blocks = state.blocks;
    ring.#open = LineWriter.of(state.open);
    ring.#dropped = state.dropped;
    return ring;
  }
}

/** All that are kept, oldest first. */
export function linesOf({ blocks, open }: Pick<LogRingState, "blocks" | "open">): readonly LogLine[] {
  return [...blocks, open].flatMap(readLines);
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
