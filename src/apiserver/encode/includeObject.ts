import { badRequest } from "../../apimachinery/statusErrors.ts";
import { goQuote } from "../../apimachinery/goFormat.ts";
import { refuse, type RequestContext } from "../requestContext.ts";

/** How much of its object a Table row carries. */
export function includeObjectOf(rc: RequestContext): string {
  const text = rc.request.query["includeObject"] ?? "";
  if (rc.accepted.form === "table" && !["", "None", "Object", "Metadata"].includes(text)) {
    refuse(badRequest(`Unable to convert to Table as requested: includeObject: Invalid value: ${goQuote(text)}: must be 'Metadata', 'Object', 'None', or empty`));
  }
  return text;
}
