import type { Json, JsonObject } from "../../base/json.ts";
import type { OpenApiVersion } from "./openapiDefinitions.ts";
import { groupVersionTitle } from "./openapiPaths.ts";

/** A path that tells of the server itself: its versions, groups and resources, its keys. */
export interface DiscoveryPath {
  readonly path: string;
  readonly description: string;
  readonly operationId: string;
  readonly tag: string;
  /** Name of what it answers; null: a text. */
  readonly schema: string | null;
  readonly types: readonly string[];
}

const metaPackage = "io.k8s.apimachinery.pkg.apis.meta.v1";
const json = ["application/json"] as const;
const bodies = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"] as const;

/** Those that do not depend on what is served, by their key in the v3 index. */
const fixed: Readonly<Record<string, DiscoveryPath>> = {
  ".well-known/openid-configuration": {
    path: "/.well-known/openid-configuration/", description: "get service account issuer OpenID configuration, also known as the 'OIDC discovery doc'",
    operationId: "getServiceAccountIssuerOpenIDConfiguration", tag: "WellKnown", schema: null, types: json,
  },
  api: { path: "/api/", description: "get available API versions", operationId: "getCoreAPIVersions", tag: "core", schema: `${metaPackage}.APIVersions`, types: bodies },
  apis: { path: "/apis/", description: "get available API versions", operationId: "getAPIVersions", tag: "apis", schema: `${metaPackage}.APIGroupList`, types: bodies },
  "openid/v1/jwks": {
    path: "/openid/v1/jwks/", description: "get service account issuer OpenID JSON Web Key Set (contains public token verification keys)",
    operationId: "getServiceAccountIssuerOpenIDKeyset", tag: "openid", schema: null, types: ["application/jwk-set+json"],
  },
  version: { path: "/version/", description: "get the version information for this server", operationId: "getCodeVersion", tag: "version", schema: "io.k8s.apimachinery.pkg.version.Info", types: json },
};

function tagOf(group: string): string {
  return group === "" ? "core" : groupVersionTitle(group, "").replace(/^./, (first) => first.toLowerCase());
}

/** The one of a group of resources. */
function groupPath(group: string): DiscoveryPath {
  return { path: `/apis/${group}/`, description: "get information of a group", operationId: `get${groupVersionTitle(group, "")}APIGroup`, tag: tagOf(group), schema: `${metaPackage}.APIGroup`, types: bodies };
}

/** The one of a group version: the list of its resources. */
export function resourcesPath(group: string, version: string): DiscoveryPath {
  return {
    path: group === "" ? `/api/${version}/` : `/apis/${group}/${version}/`, description: "get available resources", operationId: `get${groupVersionTitle(group, version)}APIResources`,
    tag: `${tagOf(group)}_${version}`, schema: `${metaPackage}.APIResourceList`, types: bodies,
  };
}

/** All but those of group versions, by their key in the v3 index. */
export function discoveryPaths(groups: readonly string[]): ReadonlyMap<string, DiscoveryPath> {
  return new Map([...Object.entries(fixed), ...groups.filter((group) => group !== "").map((group) => [`apis/${group}`, groupPath(group)] as const)]);
}

/** The path's entry in a document's `paths`. */
export function discoveryOperations(version: OpenApiVersion, entry: DiscoveryPath, reference: (name: string) => JsonObject): JsonObject {
  const schema: Json = entry.schema === null ? { type: "string" } : reference(entry.schema);
  const ok = version === 2 ? { description: "OK", schema } : { content: Object.fromEntries(entry.types.map((type) => [type, { schema }])), description: "OK" };
  const form = version === 2 ? { consumes: entry.types, produces: entry.types, schemes: ["https"] } : {};
  const { description, operationId, tag } = entry;
  return { get: { ...form, description, operationId, responses: { 200: ok, 401: { description: "Unauthorized" } }, tags: [tag] } };
}
