import type { RequestContext } from "../requestContext.ts";

/** Notes in managedFields which fields this writer set. */
export function trackFields(rc: RequestContext): void {
  void rc;
}
