/** The gutter and the foot ask for the same, and again with each word of a check. */
const mostKnown = 4;
const known: { readonly before: string; readonly after: string; readonly lines: readonly number[] }[] = [];

/** Lines of `after` that `before` does not have at their place in the order: what the gutter marks. Counts from 1. */
export function changedLines(before: string, after: string): readonly number[] {
  const found = known.find((one) => one.before === before && one.after === after);
  if (found !== undefined) return found.lines;
  const lines = compareLines(before, after);
  known.unshift({ before, after, lines });
  known.length = Math.min(known.length, mostKnown);
  return lines;
}

function compareLines(before: string, after: string): readonly number[] {
  const a = before.split("\n");
  const b = after.split("\n");
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const middleA = a.slice(head, a.length - tail);
  const middleB = b.slice(head, b.length - tail);
  const kept = keptLines(middleA, middleB);
  return middleB.map((_, index) => index).filter((index) => !kept.has(index)).map((index) => head + index + 1);
}

/** The most pairs of lines that are compared; beyond, none counts as kept. */
const mostPairs = 250_000;

/** Indexes of `b` in a longest common subsequence. Lines that only one of the two has are in none: they are not compared. */
function keptLines(before: readonly string[], after: readonly string[]): Set<number> {
  const [ofBefore, ofAfter] = [new Set(before), new Set(after)];
  const a = before.filter((line) => ofAfter.has(line));
  const places = after.flatMap((line, index) => (ofBefore.has(line) ? [index] : []));
  const b = places.map((place) => after[place]);
  const kept = new Set<number>();
  if (a.length * b.length > mostPairs) return kept;
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      kept.add(places[j] ?? 0);
      i++;
      j++;
    } else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return kept;
}

/** Lines in a row as [first, last]: one mark for each of five thousand pasted lines takes the page longer than all else. */
export function runsOf(lines: readonly number[]): readonly (readonly [number, number])[] {
  const runs: [number, number][] = [];
  for (const line of lines) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] === line - 1) run[1] = line;
    else runs.push([line, line]);
  }
  return runs;
}
