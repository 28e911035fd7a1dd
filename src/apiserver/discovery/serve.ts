import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import { answer, textResponse } from "../answers.ts";
import type { RequestContext } from "../requestContext.ts";

/** All that is not a stored resource: discovery, version, health, OpenAPI. */
export function serveNonResource(rc: RequestContext): ApiResponse {
  switch (rc.request.path) {
    case "/healthz":
    case "/livez":
    case "/readyz":
      return textResponse(200, "ok");
    case "/version":
      return answer(200, { major: "1", minor: "36", gitVersion: "v1.36.2" });
    default:
      return textResponse(404, "404 page not found\n");
  }
}
