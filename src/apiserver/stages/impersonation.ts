// Follows apiserver/pkg/endpoints/filters/impersonation.go.
import type { ApiResponse, Impersonation } from "../../apimachinery/apiRequest.ts";
import { goQuote } from "../../apimachinery/goFormat.ts";
import { compareText } from "../../base/compareText.ts";
import { textResponse } from "../answers.ts";
import type { ResourceAttributes } from "../authz/attributes.ts";
import { authorize } from "../authz/authorize.ts";
import { serviceAccountGroups } from "../authn/serviceAccountTokens.ts";
import { refuse, type Outcome, type RequestContext, type UserInfo } from "../requestContext.ts";
import { anonymousUser, authenticatedGroup, forbiddenAnswer, unauthenticatedGroup } from "./access.ts";

const accountPrefix = "system:serviceaccount:";
const authentication = "authentication.k8s.io";

/** The request goes on as somebody else, where its user may act as each part of that identity. */
export function impersonation(rc: RequestContext): string | Outcome {
  const wanted = rc.request.impersonate;
  if (wanted === undefined) return "none asked for";
  const parts = partsOf(wanted);
  if (wanted.user === "") return { type: "answer", response: withoutUser(rc, parts) };
  for (const { target } of parts) {
    const attributes = { user: rc.user, verb: "impersonate", target };
    const { allowed, reason } = authorize(rc.server, attributes);
    if (!allowed) refuse(forbiddenAnswer(attributes, reason));
  }
  const by = rc.user.name;
  rc.user = impersonated(wanted);
  return `${by} acts as ${rc.user.name}`;
}

/** No Status, as upstream has it. Follows responsewriters/errors.go InternalError. */
function withoutUser({ request }: RequestContext, parts: readonly Part[]): ApiResponse {
  const query = Object.keys(request.query).sort(compareText).map((key) => `${encodeURIComponent(key)}=${encodeURIComponent(request.query[key] ?? "")}`).join("&");
  const uri = query === "" ? request.path : `${request.path}?${query}`;
  const text = `Internal Server Error: ${goQuote(uri)}: requested [${parts.map(goReference).join(" ")}] without impersonating a user`;
  return textResponse(500, `${text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")}\n`);
}

interface Part {
  readonly kind: string;
  readonly value: string;
  /** Of extra, the key. */
  readonly field: string;
  readonly target: ResourceAttributes;
}

/** What is to be allowed, one by one: the user, groups, extra, uid. */
function partsOf({ user, groups, uid, extra }: Impersonation): readonly Part[] {
  const part = (kind: string, group: string, plural: string, value: string, field = ""): Part => ({ kind, value, field, target: { group, plural, subresource: field, namespace: "", name: value } });
  const parts: Part[] = [];
  const account = accountOf(user);
  if (account !== null) parts.push({ kind: "ServiceAccount", value: account.name, field: "", target: { group: "", plural: "serviceaccounts", subresource: "", ...account } });
  else if (user !== "") parts.push(part("User", "", "users", user));
  for (const group of groups) parts.push(part("Group", "", "groups", group));
  for (const key of Object.keys(extra).sort(compareText)) for (const value of extra[key] ?? []) parts.push(part("UserExtra", authentication, "userextras", value, key));
  if (uid !== "") parts.push(part("UID", authentication, "uids", uid));
  return parts;
}

function accountOf(user: string): { readonly namespace: string; readonly name: string } | null {
  const [namespace = "", name = "", more] = user.startsWith(accountPrefix) ? user.slice(accountPrefix.length).split(":") : [];
  return namespace === "" || name === "" || more !== undefined ? null : { namespace, name };
}

/** A v1.ObjectReference as Go's %v prints it: kind, namespace, name, uid, apiVersion, resourceVersion, fieldPath. */
function goReference({ kind, value, field, target }: Part): string {
  const version = target.group === "" ? "" : `${target.group}/v1`;
  return `{${kind} ${target.namespace} ${value}  ${version}  ${field}}`;
}

function impersonated({ user, groups, uid, extra }: Impersonation): UserInfo {
  const account = accountOf(user);
  const given = account !== null && groups.length === 0 ? serviceAccountGroups(account.namespace).filter((group) => group !== authenticatedGroup) : groups;
  const told = given.includes(authenticatedGroup) || given.includes(unauthenticatedGroup);
  return { name: user, uid, groups: told ? given : [...given, user === anonymousUser ? unauthenticatedGroup : authenticatedGroup], extra };
}
