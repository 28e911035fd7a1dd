import type { KubeObject } from "../apimachinery/objectMeta.ts";
import type { StatusAnswer } from "../apimachinery/statusErrors.ts";
import type { JsonObject } from "../base/json.ts";
import { answer } from "./answers.ts";
import { encodeObject } from "./encode/encodeObject.ts";
import { includeObjectOf } from "./encode/includeObject.ts";
import { scaleOf } from "./encode/scale.ts";
import { printingOf, workOf, type Outcome, type RequestContext, type Target } from "./requestContext.ts";

export function noteObject(target: Target, name: string): string {
  return `${target.resource.id}/${target.namespace}/${name}`;
}

/** Namespaces keep finalizers of their own in the spec. */
export function hasSpecFinalizers(object: KubeObject): boolean {
  const spec = object.spec as { readonly finalizers?: readonly string[] } | undefined;
  return (spec?.finalizers?.length ?? 0) > 0;
}

/** The answer without a write: nothing changed, or a dry run. */
export function ended(rc: RequestContext, target: Target, object: KubeObject, code: number): Outcome {
  const given = workOf(rc).answer;
  if (given?.type === "body") return { type: "answer", response: answer(given.code, given.body, rc.warnings) };
  const body = target.subresource === "scale" ? scaleOf(target.resource.kind, object) : encodeWritten(rc, target, object);
  return { type: "answer", response: answer(code, body, rc.warnings) };
}

export function encodeWritten(rc: RequestContext, target: Target, object: KubeObject): JsonObject {
  return encodeObject(target.resource, object, rc.accepted.form, includeObjectOf(rc), rc.nowUs, printingOf(rc)) as JsonObject;
}

/** What creates meet where an object of their name still goes. */
export function whileDeleted(status: StatusAnswer): StatusAnswer {
  return { code: status.code, body: { ...status.body, message: `object is being deleted: ${String(status.body["message"])}` } };
}
