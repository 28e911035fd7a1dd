import type { Json, JsonObject } from "../../base/json.ts";
import type { OpenApiVersion } from "./openapiDefinitions.ts";

/** What a served resource is to the document. KindDefinition and custom resources both give one. */
export interface OpenApiResource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly subresources: readonly string[];
  /** Definition name of the kind, and of its list where it has one. */
  readonly schema: string;
  readonly listSchema: string | null;
}

export interface PathWriterOptions {
  readonly version: OpenApiVersion;
  reference(name: string): JsonObject;
}

const metaPackage = "io.k8s.apimachinery.pkg.apis.meta.v1";
const bodies = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"] as const;
const streams = [...bodies, "application/json;stream=watch", "application/vnd.kubernetes.protobuf;stream=watch"] as const;
const patchBodies = ["application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json"] as const;

/** What a subresource speaks: its verbs and the kind of its body where that is another. */
const subresourceBodies: Readonly<Record<string, { readonly verbs: readonly string[]; readonly schema?: string; readonly gvk?: readonly [string, string, string] }>> = {
  status: { verbs: ["get", "update", "patch"] },
  scale: { verbs: ["get", "update", "patch"], schema: "io.k8s.api.autoscaling.v1.Scale", gvk: ["autoscaling", "v1", "Scale"] },
  binding: { verbs: ["create"], schema: "io.k8s.api.core.v1.Binding", gvk: ["", "v1", "Binding"] },
  eviction: { verbs: ["create"], schema: "io.k8s.api.policy.v1.Eviction", gvk: ["policy", "v1", "Eviction"] },
  ephemeralcontainers: { verbs: ["get", "update", "patch"] },
  resize: { verbs: ["get", "update", "patch"] },
  token: { verbs: ["create"], schema: "io.k8s.api.authentication.v1.TokenRequest", gvk: ["authentication.k8s.io", "v1", "TokenRequest"] },
  finalize: { verbs: ["update"] },
};

interface Parameter { readonly name: string; readonly type: "string" | "integer" | "boolean"; readonly description: string }
const listParameters: readonly Parameter[] = [
  { name: "allowWatchBookmarks", type: "boolean", description: "Asks a watch for events of type BOOKMARK." },
  { name: "continue", type: "string", description: "The token of the next page of a list." },
  { name: "fieldSelector", type: "string", description: "A selector to restrict the list of returned objects by their fields. Defaults to everything." },
  { name: "labelSelector", type: "string", description: "A selector to restrict the list of returned objects by their labels. Defaults to everything." },
  { name: "limit", type: "integer", description: "A maximum number of responses to return for a list call." },
  { name: "resourceVersion", type: "string", description: "Sets a constraint on what resource versions a request may be served from." },
  { name: "resourceVersionMatch", type: "string", description: "Determines how resourceVersion is applied to list calls." },
  { name: "sendInitialEvents", type: "boolean", description: "Asks a watch to begin with the objects that exist." },
  { name: "timeoutSeconds", type: "integer", description: "Timeout for the list/watch call." },
  { name: "watch", type: "boolean", description: "Watch for changes to the described resources and return them as a stream." },
];
const dryRun: Parameter = { name: "dryRun", type: "string", description: "When present, indicates that modifications should not be persisted. Valid values are: - All: all dry run stages will be processed" };
const fieldManager: Parameter = { name: "fieldManager", type: "string", description: "The name of the actor or entity that is making these changes." };
const fieldValidation: Parameter = {
  name: "fieldValidation", type: "string",
  description: "Instructs the server on how to handle objects in the request (POST/PUT/PATCH) containing unknown or duplicate fields. Valid values are: - Ignore - Warn - Strict",
};
const force: Parameter = { name: "force", type: "boolean", description: "Force is going to \"force\" Apply requests. It means user will re-acquire conflicting fields owned by other people." };
const writeParameters = [dryRun, fieldManager, fieldValidation] as const;
const deleteParameters: readonly Parameter[] = [
  dryRun,
  { name: "gracePeriodSeconds", type: "integer", description: "The duration in seconds before the object should be deleted." },
  { name: "propagationPolicy", type: "string", description: "Whether and how garbage collection will be performed: Orphan, Background or Foreground." },
];
const pretty: Parameter = { name: "pretty", type: "string", description: "If 'true', then the output is pretty printed." };
const pathParameters: Readonly<Record<"name" | "namespace", string>> = { name: "name of the object", namespace: "object name and auth scope, such as for teams and projects" };

const operationVerbs: Readonly<Record<string, string>> = { get: "read", post: "create", put: "replace", deletecollection: "delete" };

/** "CoreV1", "AppsV1", "RbacAuthorizationV1": how operation ids begin. */
export function groupVersionTitle(group: string, version: string): string {
  const words = group === "" ? ["core"] : group.replace(/\.k8s\.io$/, "").split(".");
  return [...words, version].map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}

export class PathWriter {
  private readonly options: PathWriterOptions;
  private readonly paths: Record<string, Json> = {};
  constructor(options: PathWriterOptions) {
    this.options = options;
  }

  /** By path, sorted. */
  all(): JsonObject {
    return Object.fromEntries(Object.entries(this.paths).sort((a, b) => (a[0] < b[0] ? -1 : 1)));
  }

  resource(resource: OpenApiResource): void {
    const { group, version, plural, namespaced, verbs } = resource;
    const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
    const base = namespaced ? `${root}/namespaces/{namespace}/${plural}` : `${root}/${plural}`;
    const can = (verb: string): boolean => verbs.includes(verb);
    this.path(base, namespaced ? ["namespace"] : [], {
      ...(can("list") ? { get: this.list(resource, "") } : {}),
      ...(can("create") ? { post: this.write(resource, "post", "create a", null) } : {}),
      ...(can("deletecollection") ? { delete: this.remove(resource, "deletecollection", "delete collection of") } : {}),
    });
    if (namespaced && can("list")) this.path(`${root}/${plural}`, [], { get: this.list(resource, "ForAllNamespaces") });
    const item = `${base}/{name}`;
    const itemParameters = namespaced ? (["name", "namespace"] as const) : (["name"] as const);
    this.path(item, itemParameters, {
      ...(can("get") ? { get: this.read(resource, null) } : {}),
      ...(can("update") ? { put: this.write(resource, "put", "replace the specified", null) } : {}),
      ...(can("patch") ? { patch: this.write(resource, "patch", "partially update the specified", null) } : {}),
      ...(can("delete") ? { delete: this.remove(resource, "delete", "delete a") } : {}),
    });
    for (const name of resource.subresources) {
      const body = subresourceBodies[name];
      if (body === undefined) continue;
      this.path(`${item}/${name}`, itemParameters, {
        ...(body.verbs.includes("get") ? { get: this.read(resource, name) } : {}),
        ...(body.verbs.includes("create") ? { post: this.write(resource, "post", `create ${name} of a`, name) } : {}),
        ...(body.verbs.includes("update") ? { put: this.write(resource, "put", `replace ${name} of the specified`, name) } : {}),
        ...(body.verbs.includes("patch") ? { patch: this.write(resource, "patch", `partially update ${name} of the specified`, name) } : {}),
      });
    }
  }

  private path(path: string, parameters: readonly ("name" | "namespace")[], operations: JsonObject): void {
    if (Object.keys(operations).length === 0) return;
    const own = parameters.map((name) => ({ ...this.parameter({ name, type: "string", description: pathParameters[name] }, "path"), required: true }));
    this.paths[path] = { ...operations, parameters: [...own, this.parameter(pretty, "query")] };
  }

  private parameter(parameter: Parameter, place: "path" | "query"): JsonObject {
    const { name, type, description } = parameter;
    const head = { description, in: place, name };
    return this.options.version === 2 ? { ...head, type, uniqueItems: true } : { ...head, schema: { type, uniqueItems: true } };
  }

  private operation(resource: OpenApiResource, action: string, title: string, idSuffix: string, parameters: readonly Parameter[], more: JsonObject, gvk: JsonObject): JsonObject {
    const { group, version, kind, namespaced } = resource;
    const verb = operationVerbs[action] ?? action;
    const scope = namespaced && idSuffix !== "ForAllNamespaces" ? "Namespaced" : "";
    return {
      description: title,
      operationId: `${verb}${groupVersionTitle(group, version)}${action === "deletecollection" ? "Collection" : ""}${scope}${kind}${idSuffix}`,
      ...(parameters.length === 0 ? {} : { parameters: parameters.map((parameter) => this.parameter(parameter, "query")) }),
      ...more,
      tags: [`${group === "" ? "core" : groupVersionTitle(group, "").replace(/^./, (first) => first.toLowerCase())}_${version}`],
      "x-kubernetes-action": action,
      "x-kubernetes-group-version-kind": gvk,
    };
  }

  private gvkOf(resource: OpenApiResource, subresource: string | null): JsonObject {
    const other = subresource === null ? undefined : subresourceBodies[subresource]?.gvk;
    return other === undefined ? { group: resource.group, kind: resource.kind, version: resource.version } : { group: other[0], kind: other[2], version: other[1] };
  }
  private schemaOf(resource: OpenApiResource, subresource: string | null): string {
    return (subresource === null ? undefined : subresourceBodies[subresource]?.schema) ?? resource.schema;
  }

  private answers(schema: string, codes: readonly number[], types: readonly string[]): JsonObject {
    const texts: Readonly<Record<number, string>> = { 200: "OK", 201: "Created", 202: "Accepted" };
    const content = this.options.reference(schema);
    const responses: Record<string, Json> = {};
    for (const code of codes) {
      responses[String(code)] = this.options.version === 2 ? { description: texts[code] ?? "", schema: content } : { content: this.content(content, types), description: texts[code] ?? "" };
    }
    responses["401"] = { description: "Unauthorized" };
    return this.options.version === 2 ? { produces: types, responses, schemes: ["https"] } : { responses };
  }
  private content(schema: JsonObject, types: readonly string[]): JsonObject {
    return Object.fromEntries(types.map((type) => [type, { schema }]));
  }
  private request(schema: string, types: readonly string[]): { readonly parameter: JsonObject | null; readonly more: JsonObject } {
    const reference = this.options.reference(schema);
    if (this.options.version === 2) return { parameter: { in: "body", name: "body", required: true, schema: reference }, more: { consumes: types } };
    return { parameter: null, more: { requestBody: { content: this.content(reference, types), required: true } } };
  }

  private list(resource: OpenApiResource, idSuffix: string): JsonObject {
    const more = { ...(this.options.version === 2 ? { consumes: ["*/*"] } : {}), ...this.answers(resource.listSchema ?? resource.schema, [200], streams) };
    return this.operation(resource, "list", `list or watch objects of kind ${resource.kind}`, idSuffix, listParameters, more, this.gvkOf(resource, null));
  }

  private read(resource: OpenApiResource, subresource: string | null): JsonObject {
    const more = { ...(this.options.version === 2 ? { consumes: ["*/*"] } : {}), ...this.answers(this.schemaOf(resource, subresource), [200], bodies) };
    const title = subresource === null ? `read the specified ${resource.kind}` : `read ${subresource} of the specified ${resource.kind}`;
    return this.operation(resource, "get", title, capitalized(subresource), [], more, this.gvkOf(resource, subresource));
  }

  private write(resource: OpenApiResource, action: "post" | "put" | "patch", title: string, subresource: string | null): JsonObject {
    const schema = this.schemaOf(resource, subresource);
    const isPatch = action === "patch";
    const request = this.request(isPatch ? `${metaPackage}.Patch` : schema, isPatch ? patchBodies : ["*/*"]);
    const codes = action === "post" ? [200, 201, 202] : [200, 201];
    const operation = this.operation(
      resource, action, `${title} ${resource.kind}`, capitalized(subresource), isPatch ? [...writeParameters, force] : writeParameters,
      { ...request.more, ...this.answers(schema, codes, bodies) }, this.gvkOf(resource, subresource),
    );
    if (request.parameter === null) return operation;
    return { ...operation, parameters: [request.parameter, ...((operation["parameters"] ?? []) as readonly Json[])] };
  }

  private remove(resource: OpenApiResource, action: "delete" | "deletecollection", title: string): JsonObject {
    const request = this.request(`${metaPackage}.DeleteOptions`, ["*/*"]);
    const parameters = action === "delete" ? deleteParameters : [...deleteParameters, ...listParameters.filter((each) => each.name !== "watch" && each.name !== "allowWatchBookmarks")];
    const codes = action === "delete" ? [200, 202] : [200];
    const operation = this.operation(resource, action, `${title} ${resource.kind}`, "", parameters, { ...request.more, ...this.answers(`${metaPackage}.Status`, codes, bodies) }, this.gvkOf(resource, null));
    if (request.parameter === null) return operation;
    return { ...operation, parameters: [{ ...request.parameter, required: false }, ...((operation["parameters"] ?? []) as readonly Json[])] };
  }
}

function capitalized(word: string | null): string {
  return word === null ? "" : word.charAt(0).toUpperCase() + word.slice(1);
}
