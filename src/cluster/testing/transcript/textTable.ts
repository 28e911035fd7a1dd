import type { Json, JsonObject } from "../../../base/json.ts";

export interface TextTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A Table of the API as kubectl shows it; `wide` with the columns of -o wide. */
export function tableOf(body: Json, wide: boolean): TextTable {
  const { columnDefinitions, rows } = body as unknown as { readonly columnDefinitions: readonly { readonly name: string; readonly priority: number }[]; readonly rows?: readonly { readonly cells: readonly Json[] }[] };
  const shown = columnDefinitions.map((column, index) => ({ ...column, index })).filter((column) => wide || column.priority === 0);
  return {
    columns: shown.map((column) => column.name.toUpperCase()),
    rows: (rows ?? []).map(({ cells }) => shown.map(({ index }) => cellText(cells[index] ?? null))),
  };
}

function cellText(cell: Json | JsonObject): string {
  return typeof cell === "string" ? cell : cell === null ? "<none>" : JSON.stringify(cell);
}

/** Follows cli-runtime/pkg/printers/tabwriter.go: at least six wide, three spaces between, the last column as it is. */
export function alignTable({ columns, rows }: TextTable): readonly string[] {
  const all = [columns, ...rows];
  const widths = columns.map((_, index) => Math.max(6, ...all.map((row) => (row[index] ?? "").length + 3)));
  return all.map((row) => row.map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0))).join("").trimEnd());
}
