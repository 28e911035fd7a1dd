import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import { failure, methodNotAllowed, notAcceptable, noSuchResource } from "../../apimachinery/statusErrors.ts";
import { compareText } from "../../base/compareText.ts";
import type { Json } from "../../base/json.ts";
import { answer, statusResponse, textResponse } from "../answers.ts";
import { refuse, type RequestContext } from "../requestContext.ts";
import { healthPaths, serveHealth } from "./health.ts";
import { serveMetrics } from "./metrics.ts";
import { serveOpenId } from "./openId.ts";
import { aggregatedDiscovery, apiGroup, apiResourceList, groupsOf, versionsOf } from "./resourceLists.ts";

const version: Json = {
  major: "1", minor: "36", emulationMajor: "1", emulationMinor: "36", minCompatibilityMajor: "1", minCompatibilityMinor: "35",
  gitVersion: "v1.36.2", gitCommit: "0000000000000000000000000000000000000000", gitTreeState: "clean", buildDate: "2026-01-01T00:00:00Z", goVersion: "none", compiler: "none", platform: "linux/amd64",
};

/** All that is not a stored resource: discovery, version, health, OpenAPI. */
export function serveNonResource(rc: RequestContext, acceptable: boolean): ApiResponse {
  const path = rc.request.path.length > 1 && rc.request.path.endsWith("/") ? rc.request.path.slice(0, -1) : rc.request.path;
  const health = serveHealth(rc);
  if (health !== null) return health;
  const served = servePath(rc, path, acceptable);
  // A path that is there, asked in another way than GET.
  return served.code !== 404 && rc.request.verb !== "get" && !answersAnyMethod(path) ? statusResponse(methodNotAllowed()) : served;
}

/** The lists of groups, and the documents, are served by plain handlers that never look at the method. */
function answersAnyMethod(path: string): boolean {
  const [, root, , version] = path.split("/");
  return path === "" || path === "/" || root === "openapi" || (root === "apis" && version === undefined);
}

function servePath(rc: RequestContext, path: string, acceptable: boolean): ApiResponse {
  if (path === "/version") return answer(200, version);
  if (path === "/metrics") return serveMetrics(rc);
  const keys = serveOpenId(rc, path);
  if (keys !== null) return keys;
  const document = path.startsWith("/openapi/") ? serveDocument(rc, path) : null;
  if (document !== null) return document;
  const parts = path.split("/").slice(1);
  if (parts[0] === "api" || parts[0] === "apis") {
    const found = discover(rc, parts);
    if (found === null) return unknownPath(rc, parts);
    if (!acceptable) refuse(notAcceptable("only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf"));
    // Clients tell the two forms apart by the content type alone.
    const aggregated = rc.accepted.aggregated !== null && parts.length === 1;
    return aggregated ? { ...answer(200, found), contentType: "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList" } : answer(200, found);
  }
  if (path === "" || path === "/") return answer(200, { paths: rootPaths(rc) });
  return textResponse(404, "404 page not found\n");
}

/** Differs: programs in pods are told that there is none, which keeps texts out of the history. */
function serveDocument(rc: RequestContext, path: string): ApiResponse | null {
  const { current } = rc.server.options.documents;
  return rc.outside && current !== null ? current.openApi(rc, path) : statusResponse(failure(501, "NotImplemented", "OpenAPI documents are for clients outside of the cluster only", null));
}

function discover(rc: RequestContext, parts: readonly string[]): Json | null {
  const { resources, options } = rc.server;
  const aggregated = rc.accepted.aggregated !== null;
  if (parts[0] === "api") {
    if (parts.length === 1) {
      if (aggregated) return aggregatedDiscovery(resources, [""]);
      const serverAddress = `${options.advertiseAddress}:${options.advertisePort}`;
      return { kind: "APIVersions", versions: versionsOf(resources, ""), serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress }] };
    }
    return parts.length === 2 && resources.hasGroupVersion("", parts[1] ?? "") ? apiResourceList(resources, "", parts[1] ?? "") : null;
  }
  const [, group = "", groupVersion = ""] = parts;
  if (parts.length === 1) {
    if (aggregated) return aggregatedDiscovery(resources, groupsOf(resources));
    return { kind: "APIGroupList", apiVersion: "v1", groups: groupsOf(resources).map((name) => apiGroup(resources, name)) };
  }
  if (parts.length === 2) return group !== "" && resources.hasGroup(group) ? { kind: "APIGroup", apiVersion: "v1", ...apiGroup(resources, group) } : null;
  return parts.length === 3 && resources.hasGroupVersion(group, groupVersion) ? apiResourceList(resources, group, groupVersion) : null;
}

/** Below a root that the server has, a Status; elsewhere the text of Go's own handler. */
function unknownPath(rc: RequestContext, parts: readonly string[]): ApiResponse {
  const below = parts[0] === "api" ? parts.length > 1 : rc.server.resources.hasGroupVersion(parts[1] ?? "", parts[2] ?? "");
  return below ? statusResponse(noSuchResource()) : textResponse(404, "404 page not found\n");
}

function rootPaths(rc: RequestContext): readonly string[] {
  const { resources } = rc.server;
  const groups = groupsOf(resources).flatMap((group) => [`/apis/${group}`, ...versionsOf(resources, group).map((each) => `/apis/${group}/${each}`)]);
  const others = ["/.well-known/openid-configuration", "/api", "/api/v1", "/apis", "/apis/", "/metrics", "/openapi/v2", "/openapi/v3", "/openapi/v3/", "/openid/v1/jwks", "/version"];
  return [...others, ...groups, ...healthPaths()].sort(compareText);
}
