import type { ApiResponse } from "../apimachinery/apiRequest.ts";
import type { ColumnText } from "../kinds/printing/columnTexts.ts";
import type { RequestContext } from "./requestContext.ts";

export type ColumnTexts = Readonly<Record<ColumnText, string>>;

/** What only clients outside read: large, and in no stored object and no message between processes, so that a history is the same without it. */
export interface ClientDocuments {
  /** The descriptions of Tables' columns. */
  readonly columns: ColumnTexts;
  /** The answer to a path under /openapi; null for other paths. */
  openApi(rc: RequestContext, path: string): ApiResponse | null;
}

/**
 * Where the API server looks for them whenever it answers somebody outside. The host that speaks for the outside lays them there before; they are
 * no state: what they say follows from the build alone.
 */
export interface DocumentShelf {
  current: ClientDocuments | null;
}

/** Whether an answer shows any of them. */
export function showsDocuments(path: string, accept: string): boolean {
  return path.startsWith("/openapi/") || accept.includes("as=Table");
}
