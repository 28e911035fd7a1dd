import { forbiddenStatus, unauthorized } from "../../apimachinery/statusErrors.ts";
import { goQuote } from "../../apimachinery/goFormat.ts";
import { serviceAccountGroups, verifyToken } from "../authn/serviceAccountTokens.ts";
import { refuse, type RequestContext, type UserInfo } from "../requestContext.ts";
import { effectiveVerb } from "./requestInfo.ts";

export const anonymousUser = "system:anonymous";
export const mastersGroup = "system:masters";

/** Who asks. Users are given by name; a token is verified. */
export function authentication(rc: RequestContext): string {
  const { identity } = rc.request;
  switch (identity.type) {
    case "user":
      rc.user = { name: identity.name, uid: "", groups: withAuthenticated(identity.name, identity.groups), extra: {} };
      break;
    case "token":
      rc.user = serviceAccountUser(identity.issuedFor) ?? refuse(unauthorized());
      break;
    case "bearer":
      rc.user = verifyToken(rc, identity.token) ?? refuse(unauthorized());
      break;
  }
  return rc.user.name;
}

function withAuthenticated(name: string, groups: readonly string[]): readonly string[] {
  if (name === anonymousUser) return ["system:unauthenticated"];
  return groups.includes("system:authenticated") ? groups : [...groups, "system:authenticated"];
}

/** "system:serviceaccount:<namespace>:<name>" */
function serviceAccountUser(name: string): UserInfo | null {
  const [system, kind, namespace, account] = name.split(":");
  if (system !== "system" || kind !== "serviceaccount" || namespace === undefined || account === undefined) return null;
  return { name, uid: "", groups: serviceAccountGroups(namespace), extra: {} };
}

/** Paths that anybody may read: the bootstrap roles system:public-info-viewer and system:discovery. */
const publicPaths = new Set(["/healthz", "/livez", "/readyz", "/version", "/version/"]);
const componentUsers = new Set(["system:apiserver", "system:kube-controller-manager", "system:kube-scheduler", "system:cloud-controller-manager", "system:kube-proxy"]);

/** Differs: RBAC is not there yet. Administrators, components, nodes and service accounts pass; anybody else is refused. */
export function authorization(rc: RequestContext): string {
  const { user, request } = rc;
  if (user.groups.includes(mastersGroup)) return "allowed: system:masters";
  if (rc.path === null && request.verb === "get" && publicPaths.has(request.path)) return "allowed: public path";
  if (componentUsers.has(user.name)) return "allowed: component";
  if (user.groups.includes("system:nodes") || user.groups.includes("system:serviceaccounts")) return "allowed: rules not evaluated";
  if (rc.path === null && user.groups.includes("system:authenticated") && request.verb === "get") return "allowed: discovery";
  return refuse(forbiddenAnswer(rc));
}

/** Whether the user may approve or issue certificates. Differs: while RBAC is not there, whoever may write anything may. */
export function maySign({ user }: RequestContext): boolean {
  return user.groups.includes(mastersGroup) || componentUsers.has(user.name) || user.groups.includes("system:serviceaccounts");
}

function forbiddenAnswer(rc: RequestContext): ReturnType<typeof forbiddenStatus> {
  const { user, path, request } = rc;
  const verb = effectiveVerb(rc);
  if (path === null) return forbiddenStatus({ group: "", resource: "" }, "", `User ${goQuote(user.name)} cannot ${verb} path ${goQuote(request.path)}`);
  const { group, name, namespace, subresource } = path;
  const plural = subresource === "" ? path.plural : `${path.plural}/${subresource}`;
  const scope = namespace !== "" ? `in the namespace ${goQuote(namespace)}` : "at the cluster scope";
  const text = `User ${goQuote(user.name)} cannot ${verb} resource ${goQuote(plural)} in API group ${goQuote(group)} ${scope}`;
  return forbiddenStatus({ group, resource: path.plural }, name, text);
}
