import { invalid } from "../../apimachinery/fieldError.ts";
import type { FieldError } from "../../apimachinery/status.ts";
import { badRequest, conflict, invalidStatus, notFound } from "../../apimachinery/statusErrors.ts";
import { trackUpdate } from "../../apimachinery/managedFields.ts";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { formatRfc3339 } from "../../base/rfc3339.ts";
import { answer } from "../answers.ts";
import { issuer, issueToken, type BoundObject } from "../authn/serviceAccountTokens.ts";
import { newUid } from "../metadata/uid.ts";
import { schemas } from "../../kinds/schemaTable.ts";
import { refuse, workOf, type RequestContext } from "../requestContext.ts";
import { objectKeyOf } from "../resources.ts";
import type { SubresourceHandler } from "./define.ts";

const minimumSeconds = 600;
const maximumSeconds = 2 ** 32;

const tokenRequest = { group: "authentication.k8s.io", version: "v1", kind: "TokenRequest", schema: "io.k8s.api.authentication.v1.TokenRequest" } as const;

/** TokenRequest. Follows pkg/registry/core/serviceaccount/storage/token.go. */
export const tokenSubresource: SubresourceHandler = {
  name: "token",
  methods: ["create"],
  body: tokenRequest,
  merge: (_rc, _target, old) => old,
  create: (rc, target, object, input) => {
    if (object === null) refuse(notFound({ group: "", resource: "serviceaccounts" }, target.name));
    const metadata = isJsonObject(input["metadata"]) ? input["metadata"] : {};
    const spec = isJsonObject(input["spec"]) ? input["spec"] : {};
    if (typeof metadata["name"] === "string" && metadata["name"] !== "" && metadata["name"] !== target.name) refuse(badRequest(`name on the object does not match the name on the URL`));
    const audiences = Array.isArray(spec["audiences"]) && spec["audiences"].length > 0 ? (spec["audiences"] as string[]) : [issuer];
    const seconds = typeof spec["expirationSeconds"] === "number" ? spec["expirationSeconds"] : 3600;
    const errors: FieldError[] = [];
    if (seconds < minimumSeconds) errors.push(invalid("spec.expirationSeconds", seconds, "may not specify a duration less than 10 minutes"));
    if (seconds > maximumSeconds) errors.push(invalid("spec.expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds"));
    if (errors.length > 0) refuse(invalidStatus({ group: "authentication.k8s.io", kind: "TokenRequest" }, "", errors));
    const bound = boundObject(rc, target.namespace, target.name, spec["boundObjectRef"]);
    const nowSeconds = Math.floor(rc.nowUs / 1_000_000);
    const subject = { namespace: target.namespace, name: target.name, uid: object.metadata.uid };
    const token = issueToken(rc.server, subject, bound, audiences, nowSeconds, seconds, newUid(rc.random.fork("uid")));
    const body: Json = {
      kind: "TokenRequest", apiVersion: "authentication.k8s.io/v1",
      metadata: { name: target.name, namespace: target.namespace, uid: subject.uid, creationTimestamp: formatRfc3339(rc.nowUs), ...writerOf(rc, { ...spec, expirationSeconds: seconds }) },
      spec: { audiences, expirationSeconds: seconds, boundObjectRef: spec["boundObjectRef"] ?? null },
      status: { token, expirationTimestamp: formatRfc3339((nowSeconds + seconds) * 1_000_000) },
    };
    return { type: "answer", response: answer(201, body, rc.warnings) };
  },
  strategy: () => null,
};

/** Upstream tracks who wrote even this object, which is never stored. */
function writerOf(rc: RequestContext, spec: JsonObject): JsonObject {
  const schema = schemas.object(tokenRequest.schema);
  if (schema === null) return {};
  const next = trackUpdate({
    schema, live: null, next: { kind: tokenRequest.kind, apiVersion: "authentication.k8s.io/v1", metadata: {}, spec }, manager: workOf(rc).manager, apiVersion: "authentication.k8s.io/v1", subresource: "token",
    nowUs: rc.nowUs, resetFields: Array.isArray(spec["audiences"]) && spec["audiences"].length > 0 ? [] : [["spec", "audiences"]],
  });
  const managed = isJsonObject(next["metadata"]) ? next["metadata"]["managedFields"] : undefined;
  return managed === undefined ? {} : { managedFields: managed };
}

/** The pod, secret or node that the token lives and dies with. */
function boundObject(rc: RequestContext, namespace: string, account: string, reference: Json | undefined): BoundObject | null {
  if (!isJsonObject(reference)) return null;
  const kind = String(reference["kind"] ?? "");
  const name = String(reference["name"] ?? "");
  const uid = String(reference["uid"] ?? "");
  const plural = { Pod: "pods", Secret: "secrets", Node: "nodes" }[kind];
  const resource = plural === undefined ? null : rc.server.resources.get(plural);
  if (resource === null || plural === undefined) refuse(badRequest(`cannot bind token to object of type ${kind}`));
  const object = rc.server.cache.get(resource, objectKeyOf(resource, namespace, name));
  if (object === null) refuse(notFound({ group: "", resource: plural }, name));
  if (kind === "Pod") {
    const podAccount = (object.spec as { readonly serviceAccountName?: string } | undefined)?.serviceAccountName;
    if (podAccount !== account) refuse(badRequest(`cannot bind token for serviceaccount ${JSON.stringify(account)} to pod running with different serviceaccount name.`));
  }
  if (uid !== "" && uid !== object.metadata.uid) {
    refuse(conflict({ group: "", resource: plural }, name, `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`));
  }
  const nodeName = kind === "Pod" ? ((object.spec as { readonly nodeName?: string } | undefined)?.nodeName ?? "") : "";
  if (nodeName === "") return { kind, name, uid: object.metadata.uid };
  const nodes = rc.server.resources.get("nodes");
  const node = nodes === null ? null : rc.server.cache.get(nodes, nodeName);
  return { kind, name, uid: object.metadata.uid, node: node === null ? { name: nodeName } : { name: nodeName, uid: node.metadata.uid } };
}
