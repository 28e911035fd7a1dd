import { compareText } from "../../../base/compareText.ts";

export type Cell = string | number | null;

export interface Table {
  readonly columns: readonly string[];
  /** Columns that count up by themselves. */
  readonly counted: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  readonly next: number;
}

/** All databases of a server: plain data. */
export type Databases = Readonly<Record<string, Readonly<Record<string, Table>>>>;

export interface SqlResult {
  /** null: no rows, only that it was done. */
  readonly columns: readonly string[] | null;
  readonly rows: readonly (readonly Cell[])[];
  readonly affected: number;
  /** What happened in a word, as servers tell it: "INSERT 0 1". */
  readonly tag: string;
  readonly databases: Databases;
  readonly database: string;
  readonly wrote: boolean;
}

export interface SqlWorld {
  readonly databases: Databases;
  readonly database: string;
  /** now(), version(), @@server_id ... */
  value(name: string): Cell | undefined;
  readonly postgres: boolean;
}

export function truthy(cell: Cell): boolean {
  return cell !== null && cell !== 0 && cell !== "0" && cell !== "";
}

export function compareCells(a: Cell, b: Cell): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  if (typeof a === "number" || typeof b === "number") return Number(a) - Number(b);
  return compareText(a, b);
}

export function like(pattern: string, text: string): boolean {
  let [p, t, star, mark] = [0, 0, -1, 0];
  while (t < text.length) {
    if (pattern[p] === "%") [star, mark, p] = [p, t, p + 1];
    else if (pattern[p] === "_" || pattern[p] === text[t]) [p, t] = [p + 1, t + 1];
    else if (star >= 0) [p, mark, t] = [star + 1, mark + 1, mark + 1];
    else return false;
  }
  while (pattern[p] === "%") p += 1;
  return p === pattern.length;
}
