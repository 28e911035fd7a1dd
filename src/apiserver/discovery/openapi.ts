import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import type { RequestContext } from "../requestContext.ts";

/** /openapi/v2 and /openapi/v3. Null for other paths. */
export function serveOpenApi(_rc: RequestContext, _path: string): ApiResponse | null {
  return null;
}
