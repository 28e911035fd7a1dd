export interface DiffLine {
  readonly sign: " " | "+" | "-";
  readonly text: string;
}

/** The lines of two texts side by side, each with what became of it; of what is equal only so many lines around a change. */
export function unifiedDiff(before: string, after: string, context = 3): readonly (readonly DiffLine[])[] {
  const a = before === "" ? [] : before.replace(/\n$/, "").split("\n");
  const b = after === "" ? [] : after.replace(/\n$/, "").split("\n");
  const all = a.length * b.length > 4_000_000 ? [...a.map((text): DiffLine => ({ sign: "-", text })), ...b.map((text): DiffLine => ({ sign: "+", text }))] : merged(a, b);
  const near = all.map(() => false);
  all.forEach(({ sign }, at) => {
    if (sign !== " ") for (let index = Math.max(0, at - context); index <= Math.min(all.length - 1, at + context); index++) near[index] = true;
  });
  const hunks: DiffLine[][] = [];
  all.forEach((line, at) => {
    if (near[at] !== true) return;
    if (at === 0 || near[at - 1] !== true) hunks.push([]);
    hunks.at(-1)?.push(line);
  });
  return hunks;
}

function merged(a: readonly string[], b: readonly string[]): readonly DiffLine[] {
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) for (let j = b.length - 1; j >= 0; j--) lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ sign: " ", text: a[i] ?? "" });
      i++;
      j++;
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) lines.push({ sign: "-", text: a[i++] ?? "" });
    else lines.push({ sign: "+", text: b[j++] ?? "" });
  }
  return lines;
}
