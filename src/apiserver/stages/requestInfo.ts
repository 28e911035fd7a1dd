import { methodNotAllowed, noSuchResource } from "../../apimachinery/statusErrors.ts";
import { parseResourcePath, type RequestPath } from "../paths.ts";
import { refuse, type RequestContext } from "../requestContext.ts";
import { hasSubresource, type Resource } from "../resources.ts";

/** Finds out what is asked for. Leaves `target` null for all that is not a stored resource that is served. */
export function requestInfo(rc: RequestContext): string {
  const path = parseResourcePath(rc.request.path);
  rc.path = path;
  if (path === null) return `${rc.request.verb} ${rc.request.path}`;
  const resource = rc.server.resources.find(path.group, path.version, path.plural);
  const what = `${rc.request.verb} ${path.plural}${path.subresource === "" ? "" : `/${path.subresource}`}`;
  if (resource === null || !isRoute(resource, path)) return `${what}, not served`;
  rc.target = { path, resource, namespace: resource.namespaced ? path.namespace : "", name: path.name, subresource: path.subresource };
  return what;
}

/** "/api/v1/pods/x" is no route; "/api/v1/pods" is one that cannot be posted to. */
function isRoute(resource: Resource, path: RequestPath): boolean {
  if (path.rest !== "" && path.subresource !== "proxy") return false;
  if (path.subresource !== "" && !hasSubresource(resource, path.subresource)) return false;
  if (resource.namespaced) return path.namespace !== "" || path.name === "";
  return path.namespace === "" || path.plural === "namespaces";
}

/** 404 below the root of a served group, whatever the version; other paths may be discovery, health, or nothing. */
export function checkServed(rc: RequestContext): void {
  const { path, server: { resources } } = rc;
  if (rc.target === null && path !== null && (path.group === "" ? resources.hasGroupVersion("", path.version) : resources.hasGroup(path.group))) refuse(noSuchResource());
}

/** The verb of a method-like verb on this path: GET of a collection is a list, DELETE of one a deletecollection. */
export function effectiveVerb(rc: RequestContext): string {
  const { verb, query } = rc.request;
  const target = rc.path;
  if (target === null) return verb;
  const onCollection = target.name === "";
  const watch = query["watch"];
  switch (verb) {
    case "get":
    case "list":
    case "watch":
      if (!onCollection) {
        if (verb === "watch" && target.subresource === "") return "watch";
        return "get";
      }
      return verb === "watch" || watch === "true" || watch === "1" ? "watch" : "list";
    case "delete":
    case "deletecollection":
      return onCollection ? "deletecollection" : "delete";
    default:
      return verb;
  }
}

/** 405 for a method that this path does not have. */
export function checkMethod(rc: RequestContext, verb: string, resource: Resource): void {
  const target = rc.target;
  if (target === null) return;
  const onCollection = target.name === "";
  const needsCollection = verb === "create" ? target.subresource === "" : verb === "list" || verb === "deletecollection";
  const needsObject = verb === "get" || verb === "update" || verb === "patch" || verb === "delete";
  if (needsCollection && !onCollection || needsObject && onCollection) refuse(methodNotAllowed());
  if (!knownVerbs.has(verb)) refuse(methodNotAllowed());
  if (target.subresource !== "") return;
  if (!resource.kind.verbs.includes(verb)) refuse(methodNotAllowed());
  if (resource.namespaced && target.namespace === "" && (verb === "create" || verb === "deletecollection")) refuse(methodNotAllowed());
}

const knownVerbs = new Set(["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"]);
