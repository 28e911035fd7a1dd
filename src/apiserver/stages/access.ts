import { forbiddenStatus, unauthorized } from "../../apimachinery/statusErrors.ts";
import { goQuote } from "../../apimachinery/goFormat.ts";
import { serviceAccountGroups, verifyToken } from "../authn/serviceAccountTokens.ts";
import { isPathSegmentName } from "../../apimachinery/names.ts";
import type { Attributes } from "../authz/attributes.ts";
import { authorize } from "../authz/authorize.ts";
import { refuse, type RequestContext, type UserInfo } from "../requestContext.ts";
import { objectKeyOf } from "../resources.ts";
import { parseFieldSelector } from "../watch/selection.ts";
import { effectiveVerb } from "./requestInfo.ts";

export const anonymousUser = "system:anonymous";
export const authenticatedGroup = "system:authenticated";
export const unauthenticatedGroup = "system:unauthenticated";

/** Who asks. Users are given by name; a token is verified. */
export function authentication(rc: RequestContext): string {
  const { identity } = rc.request;
  switch (identity.type) {
    case "user":
      rc.user = { name: identity.name, uid: "", groups: withAuthenticated(identity.name, identity.groups), extra: {} };
      break;
    case "token":
      rc.user = serviceAccountUser(rc, identity.issuedFor) ?? refuse(unauthorized());
      break;
    case "bearer":
      rc.user = verifyToken(rc, identity.token) ?? refuse(unauthorized());
      break;
  }
  return rc.user.name;
}

function withAuthenticated(name: string, groups: readonly string[]): readonly string[] {
  if (name === anonymousUser) return [unauthenticatedGroup];
  return groups.includes(authenticatedGroup) ? groups : [...groups, authenticatedGroup];
}

/** "system:serviceaccount:<namespace>:<name>" */
function serviceAccountUser(rc: RequestContext, name: string): UserInfo | null {
  const [system, kind, namespace, account] = name.split(":");
  if (system !== "system" || kind !== "serviceaccount" || namespace === undefined || account === undefined) return null;
  const resource = rc.server.resources.get("serviceaccounts");
  const uid = resource === null ? undefined : rc.server.cache.get(resource, objectKeyOf(resource, namespace, account))?.metadata.uid;
  return { name, uid: uid ?? "", groups: serviceAccountGroups(namespace), extra: {} };
}

/** Whether the user may do what the request asks for. */
export function authorization(rc: RequestContext): string {
  const attributes = attributesOf(rc);
  const decision = authorize(rc.server, attributes);
  if (!decision.allowed) refuse(forbiddenAnswer(attributes, decision.reason));
  return decision.reason === "" ? "allowed" : decision.reason;
}

/** What the request asks for. */
export function attributesOf(rc: RequestContext): Attributes {
  const { user, path, request } = rc;
  if (path === null) return { user, verb: httpVerbs[request.verb] ?? request.verb, target: { path: request.path } };
  const verb = effectiveVerb(rc);
  const { group, plural, subresource, namespace } = path;
  const fieldSelector = path.name === "" ? request.query["fieldSelector"] : undefined;
  if (fieldSelector === undefined) return { user, verb, target: { group, plural, subresource, namespace, name: path.name } };
  return { user, verb, target: { group, plural, subresource, namespace, name: nameInSelector(fieldSelector), fieldSelector } };
}

/** Of paths that are no resources, the method counts. */
const httpVerbs: Readonly<Record<string, string>> = { create: "post", update: "put", list: "get", watch: "get", deletecollection: "delete" };

/** A list that is narrowed to one name is about that object. Follows request/requestinfo.go. */
function nameInSelector(fieldSelector: string): string {
  if (!fieldSelector.includes("metadata.name=")) return "";
  const fields = parseFieldSelector(fieldSelector);
  const found = typeof fields === "string" ? undefined : fields.find(({ field, negated }) => field === "metadata.name" && !negated);
  return found !== undefined && isPathSegmentName(found.value).length === 0 ? found.value : "";
}

/** Follows apiserver/pkg/endpoints/handlers/responsewriters/errors.go. */
export function forbiddenAnswer({ user, verb, target }: Attributes, reason: string): ReturnType<typeof forbiddenStatus> {
  const because = reason === "" ? "" : `: ${reason}`;
  if ("path" in target) return forbiddenStatus({ group: "", resource: "" }, "", `User ${goQuote(user.name)} cannot ${verb} path ${goQuote(target.path)}${because}`);
  const { group, name, namespace, subresource } = target;
  const plural = subresource === "" ? target.plural : `${target.plural}/${subresource}`;
  const scope = namespace !== "" ? `in the namespace ${goQuote(namespace)}` : "at the cluster scope";
  const text = `User ${goQuote(user.name)} cannot ${verb} resource ${goQuote(plural)} in API group ${goQuote(group)} ${scope}${because}`;
  return forbiddenStatus({ group, resource: target.plural }, name, text);
}
