import type { ApiRequest } from "../apimachinery/apiRequest.ts";
import type { Json } from "../base/json.ts";
import type { Parked } from "./parked.ts";

/** One trace entry a request, with the verdict of every stage: what the inspector and the audit log read. */
export function requestTrace({ id, verb, path, userAgent = "", identity }: ApiRequest, code: number, verdicts: Parked["verdicts"]): Json {
  return { type: "request", id, verb, path, code, agent: userAgent, groups: identity.type === "user" ? identity.groups : [], stages: [...verdicts, ["encode", String(code)]] };
}
