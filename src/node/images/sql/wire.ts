import type { Cell } from "./cells.ts";

/** What a client of a simulated SQL server sends and gets: one statement, one result, as JSON texts. */
export interface SqlRequest {
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly sql: string;
}

export interface SqlReply {
  readonly error?: { readonly code: number; readonly state: string; readonly message: string };
  readonly columns?: readonly string[] | null;
  readonly rows?: readonly (readonly Cell[])[];
  readonly affected?: number;
  readonly tag?: string;
  readonly database?: string;
  readonly version?: string;
}

/** null: it is no request of ours. */
export function readRequest(text: string): SqlRequest | null {
  const value = parsed(text);
  if (value === null) return null;
  const field = (name: string): string => (typeof value[name] === "string" ? value[name] : "");
  return { user: field("user"), password: field("password"), database: field("database"), sql: field("sql") };
}

export function readReply(text: string): SqlReply | null {
  return parsed(text) as SqlReply | null;
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
