import type { ApiRequest } from "../apimachinery/apiRequest.ts";
import type { RequestContext } from "./requestContext.ts";
import type { ServerView } from "./serverView.ts";

type Given = Pick<RequestContext, "random" | "nowUs" | "observed" | "outside" | "fresh" | "stored">;

export function newContext(server: ServerView, request: ApiRequest, given: Given): RequestContext {
  return {
    server, request, ...given, verdicts: [], warnings: [],
    accepted: { form: "object", partialOf: null, aggregated: null, mediaType: "application/json" },
    user: { name: "", uid: "", groups: [], extra: {} }, path: null, target: null, work: null,
  };
}
