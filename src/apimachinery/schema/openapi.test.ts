import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../base/json.ts";
import { descriptionsText } from "../../kinds/generated/schemaDescriptions.ts";
import { kinds } from "../../kinds/index.ts";
import { schemas } from "../../kinds/schemaTable.ts";
import { openApiV2Document, openApiV3DiscoveryDocument, openApiV3Document, openApiV3Index, resourceOf } from "./openapi.ts";
import type { Descriptions } from "./openapiDefinitions.ts";
import { discoveryPaths } from "./openapiDiscovery.ts";

const resources = kinds.map((kind) => resourceOf(schemas, kind));
const input = { registry: schemas, resources, descriptions: JSON.parse(descriptionsText) as Descriptions, serverVersion: "v1.36.2" };

function references(value: Json | undefined, out = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const item of value as readonly Json[]) references(item, out);
  else if (typeof value === "object" && value !== null) {
    for (const [key, child] of Object.entries(value as JsonObject)) {
      if (key === "$ref" && typeof child === "string") out.add(child);
      else references(child, out);
    }
  }
  return out;
}

describe("OpenAPI v3", () => {
  const document = openApiV3Document(input, "apps", "v1");
  const definitions = (document["components"] as JsonObject)["schemas"] as JsonObject;

  it("defines whatever it refers to", () => {
    for (const reference of references(document)) expect(definitions[reference.replace("#/components/schemas/", "")], reference).toBeDefined();
  });
  it("has what kubectl needs to explain, to validate and to patch", () => {
    const path = (document["paths"] as JsonObject)["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"] as JsonObject;
    const patch = path["patch"] as JsonObject;
    expect(patch["x-kubernetes-action"]).toBe("patch");
    expect(patch["x-kubernetes-group-version-kind"]).toEqual({ group: "apps", kind: "Deployment", version: "v1" });
    expect(Object.keys((patch["requestBody"] as JsonObject)["content"] as JsonObject)).toContain("application/strategic-merge-patch+json");
    expect((patch["parameters"] as readonly JsonObject[]).map((parameter) => parameter["name"])).toEqual(expect.arrayContaining(["fieldValidation", "dryRun", "fieldManager", "force"]));
    const podSpec = definitions["io.k8s.api.core.v1.PodSpec"] as { properties: Record<string, JsonObject> };
    expect(podSpec.properties["containers"]).toMatchObject({ "x-kubernetes-patch-merge-key": "name", "x-kubernetes-patch-strategy": "merge", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"] });
    expect(definitions["io.k8s.api.apps.v1.Deployment"]).toMatchObject({ "x-kubernetes-group-version-kind": [{ group: "apps", kind: "Deployment", version: "v1" }], properties: { spec: { allOf: [{}], default: {} } } });
    expect((definitions["io.k8s.api.core.v1.ContainerPort"] as { properties: Record<string, JsonObject> }).properties["protocol"]).toMatchObject({ default: "TCP", enum: ["SCTP", "TCP", "UDP"] });
  });
  it("has an index with hashes", () => {
    const { paths } = openApiV3Index([{ group: "", version: "v1" }, { group: "apps", version: "v1" }], (path) => `H${path.length}`) as { readonly paths: JsonObject };
    expect(paths).toMatchObject({ "api/v1": { serverRelativeURL: "/openapi/v3/api/v1?hash=H6" }, "apis/apps/v1": { serverRelativeURL: "/openapi/v3/apis/apps/v1?hash=H12" } });
    expect(Object.keys(paths)).toEqual([".well-known/openid-configuration", "api", "api/v1", "apis", "apis/apps", "apis/apps/v1", "openid/v1/jwks", "version"]);
  });
  it("describes what tells of the server itself", () => {
    const told = discoveryPaths(["apps"]).get("apis/apps");
    const document = told === undefined ? {} : openApiV3DiscoveryDocument(input, told);
    expect(document["paths"]).toMatchObject({ "/apis/apps/": { get: { operationId: "getAppsAPIGroup", tags: ["apps"] } } });
    for (const reference of references(document)) expect((document["components"] as { schemas: JsonObject }).schemas[reference.replace("#/components/schemas/", "")], reference).toBeDefined();
  });
});

const official = new URL("../../../../shared/oracles/openapi/swagger-v1.36.json.gz", import.meta.url);

describe("OpenAPI v2", () => {
  const document = openApiV2Document(input);
  it("defines whatever it refers to", () => {
    for (const reference of references(document)) expect((document["definitions"] as JsonObject)[reference.replace("#/definitions/", "")], reference).toBeDefined();
  });

  it.skipIf(!existsSync(official))("has the official operations of every served kind (absent: ../shared/oracles)", () => {
    const theirs = (JSON.parse(gunzipSync(readFileSync(official)).toString("utf8")) as { paths: Record<string, Record<string, JsonObject>> }).paths;
    const found: string[] = [];
    let compared = 0;
    for (const [path, operations] of Object.entries(document["paths"] as Record<string, Record<string, JsonObject>>)) {
      for (const [method, operation] of Object.entries(operations)) {
        if (method === "parameters") continue;
        const other = theirs[path]?.[method];
        compared++;
        if (other === undefined) found.push(`${method} ${path}: not official`);
        else {
          for (const key of ["x-kubernetes-action", "x-kubernetes-group-version-kind", "operationId", "tags"]) {
            if (JSON.stringify(operation[key]) !== JSON.stringify(other[key])) found.push(`${method} ${path} ${key}: ours ${JSON.stringify(operation[key])}, official ${JSON.stringify(other[key])}`);
          }
        }
      }
    }
    expect(found).toEqual([]);
    expect(compared).toBeGreaterThan(100);
  });
});
