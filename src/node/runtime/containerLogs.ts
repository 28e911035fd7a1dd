import { formatRfc3339 } from "../../base/rfc3339.ts";

export interface LogLine {
  /** Unix microseconds. */
  readonly atUs: number;
  readonly stream: "stdout" | "stderr";
  readonly text: string;
}

/** As much of a container's output as is kept; the kubelet's files are rotated at 10 MB, ours at this many lines. */
export const keptLines = 1_000;
const longestLine = 16_384;
/** Old lines go many at a time, so that a line costs no copy of the rest. */
const slack = 250;

export interface LogRingState {
  readonly lines: readonly LogLine[];
  readonly dropped: number;
}

/** A ring of lines: appending never copies the whole. */
export class LogRing {
  #lines: LogLine[] = [];
  #dropped = 0;

  append(line: LogLine): void {
    this.#lines.push(line.text.length > longestLine ? { ...line, text: line.text.slice(0, longestLine) } : line);
    if (this.#lines.length < keptLines + slack) return;
    this.#dropped += this.#lines.length - keptLines;
    this.#lines = this.#lines.slice(-keptLines);
  }

  get lines(): readonly LogLine[] {
    return this.#lines;
  }

  /** How many lines came before the first that is kept: who follows a log counts from here. */
  get dropped(): number {
    return this.#dropped;
  }

  snapshot(): LogRingState {
    return { lines: [...this.#lines], dropped: this.#dropped };
  }

  static of(state: LogRingState): LogRing {
    const ring = new LogRing();
    ring.#lines = [...state.lines];
    ring.#dropped = state.dropped;
    return ring;
  }
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
