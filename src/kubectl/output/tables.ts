import type { Json, JsonObject } from "../../base/json.ts";
import { formatLabels } from "../../kinds/printing/cells.ts";
import { listOf, metaOf, objectOf, textOf } from "../host.ts";

// Follows cli-runtime/pkg/printers/tableprinter.go.

export interface TableLook {
  readonly wide: boolean;
  readonly noHeaders: boolean;
  readonly withNamespace: boolean;
  /** "deployment.apps" before each name; "" where it is not shown. */
  readonly kind: string;
  readonly showLabels: boolean;
  /** -L: a column for each of these labels. */
  readonly labelColumns: readonly string[];
}

function cellText(value: Json | undefined): string {
  if (value === undefined || value === null) return "<none>";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  const cut = text.search(/[\n\r\f]/);
  return (cut < 0 ? text : `${text.slice(0, cut)}...`).replaceAll("\t", " ");
}

function shownColumns(table: JsonObject, wide: boolean): readonly number[] {
  return listOf(table["columnDefinitions"]).flatMap((column, at) => (wide || column["priority"] === undefined || column["priority"] === 0 ? [at] : []));
}

export function headerLine(table: JsonObject, look: TableLook): string {
  const columns = listOf(table["columnDefinitions"]);
  const names = shownColumns(table, look.wide).map((at) => textOf(columns[at]?.["name"]).toUpperCase());
  const labels = look.labelColumns.map((label) => label.slice(label.lastIndexOf("/") + 1).toUpperCase());
  return [...(look.withNamespace ? ["NAMESPACE"] : []), ...names, ...labels, ...(look.showLabels ? ["LABELS"] : [])].join("\t");
}

export function rowMeta(row: JsonObject): JsonObject {
  return metaOf(objectOf(row["object"]));
}

/** One row with tabs between its cells. */
export function rowLine(table: JsonObject, row: JsonObject, look: TableLook): string {
  const columns = listOf(table["columnDefinitions"]);
  const cells = Array.isArray(row["cells"]) ? (row["cells"] as readonly Json[]) : [];
  const meta = rowMeta(row);
  const labels = objectOf(meta["labels"]) as Readonly<Record<string, string>>;
  const shown = shownColumns(table, look.wide).map((at) => {
    const text = cellText(cells[at]);
    return look.kind !== "" && textOf(columns[at]?.["format"]) === "name" && at === 0 ? `${look.kind}/${text}` : text;
  });
  return [
    ...(look.withNamespace ? [textOf(meta["namespace"])] : []),
    ...shown,
    ...look.labelColumns.map((label) => labels[label] ?? ""),
    ...(look.showLabels ? [formatLabels(labels)] : []),
  ].join("\t");
}
