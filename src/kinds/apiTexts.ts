import type { Descriptions } from "../apimachinery/schema/openapiDefinitions.ts";
import type { ColumnText } from "./printing/columnTexts.ts";

export type ColumnTexts = Readonly<Record<ColumnText, string>>;

/** Large texts that only clients outside read: none of them enters a stored object or a message between processes, so a history is the same without them. */
export interface ApiTexts {
  /** OpenAPI's, which `kubectl explain` shows. */
  readonly definitions: Descriptions;
  /** Those of the columns of Tables. */
  readonly columns: ColumnTexts;
}
