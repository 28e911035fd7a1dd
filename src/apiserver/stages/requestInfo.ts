import { methodNotAllowed, noSuchResource } from "../../apimachinery/statusErrors.ts";
import { parseResourcePath } from "../paths.ts";
import { refuse, type RequestContext } from "../requestContext.ts";
import { hasSubresource, type Resource } from "../resources.ts";

/** Finds out what is asked for. Leaves `target` null for all that is not a stored resource. */
export function requestInfo(rc: RequestContext): string {
  const path = parseResourcePath(rc.request.path);
  if (path === null || !rc.server.resources.hasGroupVersion(path.group, path.version)) return `${rc.request.verb} ${rc.request.path}`;
  const resource = rc.server.resources.find(path.group, path.version, path.plural);
  if (resource === null || path.rest !== "" && path.subresource !== "proxy") refuse(noSuchResource());
  if (path.subresource !== "" && !hasSubresource(resource, path.subresource)) refuse(noSuchResource());
  const namespace = resource.namespaced ? path.namespace : "";
  if (!resource.namespaced && path.namespace !== "" && path.plural !== "namespaces") refuse(noSuchResource());
  if (resource.namespaced && path.namespace === "" && path.name !== "") {
    // "/api/v1/pods/x" is no route; a POST to "/api/v1/pods" is a route without that method.
    refuse(noSuchResource());
  }
  rc.target = { path, resource, namespace, name: path.name, subresource: path.subresource };
  return `${rc.request.verb} ${resource.id}${path.subresource === "" ? "" : `/${path.subresource}`}`;
}

/** The verb of a method-like verb on this path: GET of a collection is a list, DELETE of one a deletecollection. */
export function effectiveVerb(rc: RequestContext): string {
  const { verb, query } = rc.request;
  const target = rc.target;
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
