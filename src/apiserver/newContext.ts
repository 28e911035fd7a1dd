import type { ApiRequest } from "../apimachinery/apiRequest.ts";
import type { RequestContext } from "./requestContext.ts";
import type { ServerView } from "./serverView.ts";

type Given = Pick<RequestContext, "random" | "nowUs" | "observed" | "outside" | "fresh" | "stored"> & { readonly progress?: string };

export function newContext(server: ServerView, request: ApiRequest, given: Given): RequestContext {
  const { random, nowUs, observed, outside, fresh, stored, progress = "" } = given;
  return { server, request, random, nowUs, observed, outside, fresh, stored, progress, verdicts: [], warnings: [], accepted: plainForm, user: nobody, path: null, target: null, work: null };
}

const plainForm: RequestContext["accepted"] = { form: "object", partialOf: null, aggregated: null, mediaType: "application/json" };
const nobody: RequestContext["user"] = { name: "", uid: "", groups: [], extra: {} };
