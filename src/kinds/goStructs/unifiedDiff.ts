// Follows github.com/pmezard/go-difflib: the unified diff that upstream's messages carry.

const context = 3;
/** From this length on, lines that are everywhere are not matched by themselves. */
const popularFrom = 200;

type OpCode = readonly ["equal" | "change", number, number, number, number];

/** Hunks with three lines of context; "" for equal texts. */
export function unifiedDiff(before: readonly string[], after: readonly string[]): string {
  let out = "";
  for (const group of grouped(opCodes(before, after))) {
    const first = group[0];
    const last = group[group.length - 1];
    if (first === undefined || last === undefined) continue;
    out += `@@ -${range(first[1], last[2])} +${range(first[3], last[4])} @@\n`;
    for (const [type, a1, a2, b1, b2] of group) {
      if (type === "equal") for (const line of before.slice(a1, a2)) out += ` ${line}\n`;
      else {
        for (const line of before.slice(a1, a2)) out += `-${line}\n`;
        for (const line of after.slice(b1, b2)) out += `+${line}\n`;
      }
    }
  }
  return out;
}

function range(start: number, stop: number): string {
  const length = stop - start;
  if (length === 1) return String(start + 1);
  return `${length === 0 ? start : start + 1},${length}`;
}

function opCodes(a: readonly string[], b: readonly string[]): readonly OpCode[] {
  const out: OpCode[] = [];
  let i = 0;
  let j = 0;
  for (const [at, bt, size] of [...matchingBlocks(a, b), [a.length, b.length, 0] as const]) {
    if (i < at || j < bt) out.push(["change", i, at, j, bt]);
    if (size > 0) out.push(["equal", at, at + size, bt, bt + size]);
    i = at + size;
    j = bt + size;
  }
  return out;
}

function matchingBlocks(a: readonly string[], b: readonly string[]): readonly (readonly [number, number, number])[] {
  const positions = new Map<string, number[]>();
  for (const [at, line] of b.entries()) {
    const list = positions.get(line);
    if (list === undefined) positions.set(line, [at]);
    else list.push(at);
  }
  if (b.length >= popularFrom) {
    const most = Math.trunc(b.length / 100) + 1;
    for (const [line, list] of positions) if (list.length > most) positions.delete(line);
  }
  const blocks: (readonly [number, number, number])[] = [];
  const queue: (readonly [number, number, number, number])[] = [[0, a.length, 0, b.length]];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const [alo, ahi, blo, bhi] = next;
    const [i, j, size] = longestMatch(a, b, positions, alo, ahi, blo, bhi);
    if (size === 0) continue;
    blocks.push([i, j, size]);
    if (alo < i && blo < j) queue.push([alo, i, blo, j]);
    if (i + size < ahi && j + size < bhi) queue.push([i + size, ahi, j + size, bhi]);
  }
  blocks.sort((left, right) => left[0] - right[0] || left[1] - right[1]);
  const merged: (readonly [number, number, number])[] = [];
  for (const [i, j, size] of blocks) {
    const last = merged[merged.length - 1];
    if (last !== undefined && last[0] + last[2] === i && last[1] + last[2] === j) merged[merged.length - 1] = [last[0], last[1], last[2] + size];
    else merged.push([i, j, size]);
  }
  return merged;
}

function longestMatch(a: readonly string[], b: readonly string[], positions: ReadonlyMap<string, readonly number[]>, alo: number, ahi: number, blo: number, bhi: number): readonly [number, number, number] {
  let [besti, bestj, bestSize] = [alo, blo, 0];
  let lengths = new Map<number, number>();
  for (let i = alo; i < ahi; i++) {
    const next = new Map<number, number>();
    for (const j of positions.get(a[i] ?? "") ?? []) {
      if (j < blo) continue;
      if (j >= bhi) break;
      const size = (lengths.get(j - 1) ?? 0) + 1;
      next.set(j, size);
      if (size > bestSize) [besti, bestj, bestSize] = [i - size + 1, j - size + 1, size];
    }
    lengths = next;
  }
  // Popular lines join a match that stands beside them.
  while (besti > alo && bestj > blo && a[besti - 1] === b[bestj - 1]) [besti, bestj, bestSize] = [besti - 1, bestj - 1, bestSize + 1];
  while (besti + bestSize < ahi && bestj + bestSize < bhi && a[besti + bestSize] === b[bestj + bestSize]) bestSize++;
  return [besti, bestj, bestSize];
}

/** The changes with their context, those near each other together. */
function grouped(codes: readonly OpCode[]): readonly (readonly OpCode[])[] {
  const groups: OpCode[][] = [];
  let group: OpCode[] = [];
  for (const [at, code] of codes.entries()) {
    const [type, a1, a2, b1, b2] = code;
    if (type === "change") {
      group.push(code);
      continue;
    }
    const isFirst = at === 0;
    const isLast = at === codes.length - 1;
    if (!isFirst && !isLast && a2 - a1 <= 2 * context) {
      group.push(code);
      continue;
    }
    if (!isFirst) group.push(["equal", a1, Math.min(a2, a1 + context), b1, Math.min(b2, b1 + context)]);
    if (group.some(([each]) => each === "change")) groups.push(group);
    group = isLast ? [] : [["equal", Math.max(a1, a2 - context), a2, Math.max(b1, b2 - context), b2]];
  }
  if (group.some(([each]) => each === "change")) groups.push(group);
  return groups;
}
