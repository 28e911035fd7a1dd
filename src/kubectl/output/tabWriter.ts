// Follows Go's text/tabwriter as kubectl uses it: cells end with a tab, a column is a run of lines that have a cell there, the last cell of a line is in no column.

export interface TabWriterOptions {
  readonly minWidth: number;
  readonly padding: number;
}

/** What `kubectl get` prints with. */
export const getTable: TabWriterOptions = { minWidth: 6, padding: 3 };
/** What `kubectl describe` prints with. */
export const describeTable: TabWriterOptions = { minWidth: 0, padding: 2 };

/** Width of a text in characters, as Go counts them. */
function widthOf(text: string): number {
  let width = 0;
  for (const _ of text) width++;
  return width;
}

/** Lays the lines out in columns. `remembered`: widths of columns of what was printed before, which do not shrink (kubectl get -w); it is added to. */
export function alignTabs(text: string, { minWidth, padding }: TabWriterOptions, remembered: number[] | null = null): string {
  const lines = text.split("\n").map((line) => line.split("\t"));
  const out: string[] = lines.map(() => "");
  layOut(lines, out, 0, lines.length, 0, { minWidth, padding }, remembered);
  return out.join("\n");
}

/** Writes the lines from..to, whose columns before `column` are written already. */
function layOut(lines: readonly (readonly string[])[], out: string[], from: number, to: number, column: number, options: TabWriterOptions, remembered: number[] | null): void {
  let at = from;
  while (at < to) {
    const cells = lines[at] ?? [];
    if (column >= cells.length - 1) {
      out[at] += cells[column] ?? "";
      at++;
      continue;
    }
    let end = at;
    let width = Math.max(options.minWidth, remembered?.[column] ?? 0);
    for (; end < to; end++) {
      const line = lines[end] ?? [];
      if (column >= line.length - 1) break;
      width = Math.max(width, widthOf(line[column] ?? "") + options.padding);
    }
    if (remembered !== null) remembered[column] = width;
    for (let each = at; each < end; each++) {
      const cell = lines[each]?.[column] ?? "";
      out[each] += cell + " ".repeat(Math.max(0, width - widthOf(cell)));
    }
    layOut(lines, out, at, end, column + 1, options, remembered);
    at = end;
  }
}
