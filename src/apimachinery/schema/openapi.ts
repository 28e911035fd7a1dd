import type { Json, JsonObject } from "../../base/json.ts";
import { DefinitionWriter, type Descriptions, type GroupVersionKindText, listDefinition, packageOf } from "./openapiDefinitions.ts";
import { discoveryOperations, type DiscoveryPath, discoveryPaths, resourcesPath } from "./openapiDiscovery.ts";
import { type OpenApiResource, PathWriter } from "./openapiPaths.ts";
import { bareName, type SchemaRegistry } from "./types.ts";

// The documents under /openapi/v2 and /openapi/v3, written from the same schema that decodes and patches.

export interface OpenApiInput {
  readonly registry: SchemaRegistry;
  readonly resources: readonly OpenApiResource[];
  /** null: without descriptions (they are loaded apart). */
  readonly descriptions: Descriptions | null;
  readonly serverVersion: string;
}

const metaPackage = "io.k8s.apimachinery.pkg.apis.meta.v1";
const security = { BearerToken: { description: "Bearer Token authentication", in: "header", name: "authorization", type: "apiKey" } };
const patchDefinition: JsonObject = { description: "Patch is provided to give a concrete name and type to the Kubernetes PATCH request body.", type: "object" };

/** "api/v1", "apis/apps/v1": the keys of the v3 index. */
export function openApiPathOf(gv: { readonly group: string; readonly version: string }): string {
  return gv.group === "" ? `api/${gv.version}` : `apis/${gv.group}/${gv.version}`;
}

/** What /openapi/v3 answers: every group version, and what tells of the server itself, each with a hash that changes with its document. */
export function openApiV3Index(groupVersions: readonly { readonly group: string; readonly version: string }[], hashOf: (path: string) => string): JsonObject {
  const paths: Record<string, Json> = {};
  const names = [...groupVersions.map(openApiPathOf), ...discoveryPaths(groupVersions.map(({ group }) => group)).keys()];
  for (const path of [...new Set(names)].sort()) paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${hashOf(path)}` };
  return { paths };
}

/** The group version kinds that the definitions stand for, list kinds and the options of every group included. */
function kindsOf(input: OpenApiInput): ReadonlyMap<string, readonly GroupVersionKindText[]> {
  const out = new Map<string, GroupVersionKindText[]>();
  const add = (name: string, gvk: GroupVersionKindText): void => {
    const known = out.get(name);
    if (known === undefined) out.set(name, [gvk]);
    else if (!known.some((each) => each.group === gvk.group && each.kind === gvk.kind && each.version === gvk.version)) known.push(gvk);
  };
  const groupOfPackage = new Map<string, { readonly group: string; readonly version: string }>();
  for (const { group, version, kind, schema, listSchema } of input.resources) {
    add(schema, { group, kind, version });
    if (listSchema !== null) add(listSchema, { group, kind: bareName(listSchema), version });
    groupOfPackage.set(packageOf(schema), { group, version });
    add(`${metaPackage}.DeleteOptions`, { group, kind: "DeleteOptions", version });
    add(`${metaPackage}.WatchEvent`, { group, kind: "WatchEvent", version });
  }
  // Bodies of subresources (Binding, Eviction, Scale) are kinds of their packages too.
  for (const name of input.registry.names) {
    const gv = groupOfPackage.get(packageOf(name));
    const schema = gv === undefined || out.has(name) ? null : input.registry.object(name);
    if (gv !== undefined && schema !== null && schema.fields.has("kind") && schema.fields.has("apiVersion") && schema.fields.has("metadata")) add(name, { ...gv, kind: bareName(name) });
  }
  add(`${metaPackage}.Status`, { group: "", kind: "Status", version: "v1" });
  add(`${metaPackage}.APIResourceList`, { group: "", kind: "APIResourceList", version: "v1" });
  for (const gvks of out.values()) gvks.sort((a, b) => (a.group < b.group ? -1 : a.group > b.group ? 1 : a.version < b.version ? -1 : 1));
  return out;
}

function write(input: OpenApiInput, version: 2 | 3, resources: readonly OpenApiResource[], discovery: readonly DiscoveryPath[]): { readonly paths: JsonObject; readonly definitions: JsonObject } {
  const definitions = new DefinitionWriter(input.registry, version, input.descriptions, kindsOf(input));
  const paths = new PathWriter({ version, reference: (name) => definitions.reference(name) });
  const subresourceBodies: Readonly<Record<string, string>> = {
    scale: "io.k8s.api.autoscaling.v1.Scale", binding: "io.k8s.api.core.v1.Binding", eviction: "io.k8s.api.policy.v1.Eviction", token: "io.k8s.api.authentication.v1.TokenRequest",
  };
  for (const resource of resources) {
    definitions.include(resource.schema);
    if (resource.listSchema !== null) definitions.include(resource.listSchema);
    for (const name of resource.subresources) if (subresourceBodies[name] !== undefined) definitions.include(subresourceBodies[name]);
    paths.resource(resource);
  }
  for (const name of ["DeleteOptions", "Status", "WatchEvent", "APIResourceList"]) definitions.include(`${metaPackage}.${name}`);
  const told: Record<string, Json> = {};
  for (const entry of discovery) told[entry.path] = tellingOperations(definitions, version, entry);
  return { paths: { ...told, ...paths.all() }, definitions: { ...definitions.definitions(), [`${metaPackage}.Patch`]: patchDefinition } };
}

function tellingOperations(definitions: DefinitionWriter, version: 2 | 3, entry: DiscoveryPath): JsonObject {
  if (entry.schema !== null) definitions.include(entry.schema);
  return discoveryOperations(version, entry, (name) => definitions.reference(name));
}

/** The document of one group version. */
export function openApiV3Document(input: OpenApiInput, group: string, version: string): JsonObject {
  const { paths, definitions } = write(input, 3, input.resources.filter((resource) => resource.group === group && resource.version === version), [resourcesPath(group, version)]);
  return v3Document(input, paths, definitions);
}

/** The document of one path that tells of the server itself. */
export function openApiV3DiscoveryDocument(input: OpenApiInput, entry: DiscoveryPath): JsonObject {
  const definitions = new DefinitionWriter(input.registry, 3, input.descriptions, new Map());
  const paths = { [entry.path]: tellingOperations(definitions, 3, entry) };
  return v3Document(input, paths, definitions.definitions());
}

function v3Document(input: OpenApiInput, paths: JsonObject, definitions: JsonObject): JsonObject {
  return {
    components: { schemas: definitions, securitySchemes: security },
    info: { title: "Kubernetes", version: input.serverVersion },
    openapi: "3.0.0",
    paths,
  };
}

/** The one v2 document. */
export function openApiV2Document(input: OpenApiInput): JsonObject {
  const groupVersions = new Map(input.resources.map(({ group, version }) => [`${group}/${version}`, resourcesPath(group, version)]));
  const told = [...discoveryPaths([...new Set(input.resources.map(({ group }) => group))]).values(), ...groupVersions.values()];
  const { paths, definitions } = write(input, 2, input.resources, told);
  return { definitions, info: { title: "Kubernetes", version: input.serverVersion }, paths, security: [{ BearerToken: [] }], securityDefinitions: security, swagger: "2.0" };
}

/** A resource of a built-in kind, from the traits that every kind has. */
export function resourceOf(
  registry: SchemaRegistry,
  kind: {
    readonly gvk: { readonly group: string; readonly version: string; readonly kind: string }; readonly plural: string; readonly scope: "Namespaced" | "Cluster";
    readonly verbs: readonly string[]; readonly subresources: readonly string[]; readonly schema: string;
  },
): OpenApiResource {
  return {
    ...kind.gvk, plural: kind.plural, namespaced: kind.scope === "Namespaced", verbs: kind.verbs, subresources: kind.subresources, schema: kind.schema,
    listSchema: listDefinition(registry, kind.schema),
  };
}
