import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { FieldSchema, ListSchema, ObjectSchema, TypeSchema } from "../apimachinery/schema/types.ts";
import { schemaOf, schemas } from "./schemaTable.ts";

const document = new URL("../../../shared/oracles/openapi/swagger-v1.36.json.gz", import.meta.url);

interface Definition { readonly type?: string; readonly required?: readonly string[]; readonly properties?: Readonly<Record<string, Property>>; readonly "x-kubernetes-map-type"?: string; readonly "x-kubernetes-unions"?: readonly unknown[] }
interface Property {
  readonly $ref?: string; readonly type?: string; readonly format?: string; readonly items?: Property; readonly additionalProperties?: Property;
  readonly "x-kubernetes-list-type"?: string; readonly "x-kubernetes-list-map-keys"?: readonly string[]; readonly "x-kubernetes-patch-merge-key"?: string;
  readonly "x-kubernetes-patch-strategy"?: string; readonly "x-kubernetes-map-type"?: string;
}

const officialNames: Readonly<Record<string, string>> = {
  "io.k8s.apimachinery.pkg.apis.meta.v1.Time": "time", "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": "microTime", "io.k8s.apimachinery.pkg.api.resource.Quantity": "quantity",
  "io.k8s.apimachinery.pkg.util.intstr.IntOrString": "intOrString", "io.k8s.apimachinery.pkg.runtime.RawExtension": "rawExtension", "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1": "fieldsV1",
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON": "json", "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool": "schemaOrBool",
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray": "schemaOrArray", "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray": "schemaOrStrings",
};

function officialType(property: Property): string {
  if (property.$ref !== undefined) {
    const name = property.$ref.slice("#/definitions/".length);
    return officialNames[name] ?? name;
  }
  if (property.type === "array") return `[${officialType(property.items ?? {})}]`;
  if (property.additionalProperties !== undefined) return `{${officialType(property.additionalProperties)}}`;
  if (property.type === "integer") return property.format ?? "integer";
  if (property.type === "number") return "double";
  return property.format === "byte" ? "bytes" : (property.type ?? "json");
}
function ourType(type: TypeSchema): string {
  if (type.type === "list") return `[${ourType(type.items)}]`;
  if (type.type === "map") return `{${ourType(type.values)}}`;
  return type.type === "object" ? type.name : type.type;
}

function listFacts(type: TypeSchema, field: FieldSchema): string {
  if (type.type !== "list") return `- ${type.type === "object" ? "" : ""}${field.patchStrategy ?? "-"}`;
  const list: ListSchema = type;
  const strategy = list.mergeKey === null ? "-" : list.retainKeys ? "merge,retainKeys" : "merge";
  return `${list.listType} ${list.keys.join(",")} ${list.mergeKey === null || list.mergeKey === "" ? "-" : list.mergeKey} ${strategy}`;
}
function officialListFacts(property: Property): string {
  if (property.type !== "array") return `- ${property["x-kubernetes-patch-strategy"] ?? "-"}`;
  return `${property["x-kubernetes-list-type"] ?? "none"} ${(property["x-kubernetes-list-map-keys"] ?? []).join(",")} ${property["x-kubernetes-patch-merge-key"] ?? "-"} ${property["x-kubernetes-patch-strategy"] ?? "-"}`;
}
function ownership(field: FieldSchema): string {
  if (field.type.type === "map") return field.type.atomic ? "atomic" : field.type.saysGranular ? "granular" : "-";
  return field.ownership === null || field.type.type === "bytes" ? "-" : field.ownership;
}

function differences(ours: ObjectSchema, official: Definition): string[] {
  const out: string[] = [];
  const note = (what: string, our: unknown, their: unknown): void => {
    if (String(our) !== String(their)) out.push(`${ours.name}${what}: ours ${String(our)}, official ${String(their)}`);
  };
  note(" atomic", ours.atomic, official["x-kubernetes-map-type"] === "atomic");
  note(" required", [...ours.required].sort(), [...(official.required ?? [])].sort());
  note(" union", ours.union !== null, official["x-kubernetes-unions"] !== undefined);
  for (const [name, property] of Object.entries(official.properties ?? {})) {
    const field = ours.fields.get(name);
    if (field === undefined) {
      out.push(`${ours.name}.${name}: missing`);
      continue;
    }
    note(`.${name} type`, ourType(field.type), officialType(property));
    note(`.${name} list`, listFacts(field.type, field), officialListFacts(property));
    note(`.${name} ownership`, ownership(field), property["x-kubernetes-map-type"] ?? "-");
  }
  for (const name of ours.fields.keys()) if (official.properties?.[name] === undefined) out.push(`${ours.name}.${name}: not official`);
  return out;
}

function reachable(root: string, seen = new Set<string>()): Set<string> {
  if (seen.has(root)) return seen;
  seen.add(root);
  const visit = (type: TypeSchema): void => {
    if (type.type === "object") reachable(type.name, seen);
    else if (type.type === "list") visit(type.items);
    else if (type.type === "map") visit(type.values);
  };
  for (const field of schemaOf(root).fields.values()) visit(field.type);
  return seen;
}

/** Off by default in v1.36, or not served yet: see isServed in generate/schemaPackages.mjs. */
const isLeftOut = (name: string): boolean => /\.v\d+(alpha|beta)\d+\.\w+$/.test(name) || name.startsWith("io.k8s.api.resource.v1.");

const firstLight = [
  "core.v1.Pod", "core.v1.Service", "core.v1.Node", "core.v1.Namespace", "core.v1.ConfigMap", "core.v1.Secret", "core.v1.ServiceAccount", "core.v1.Event", "core.v1.Endpoints",
  "apps.v1.Deployment", "apps.v1.ReplicaSet", "networking.v1.Ingress", "networking.v1.IngressClass", "discovery.v1.EndpointSlice", "coordination.v1.Lease", "scheduling.v1.PriorityClass",
].map((name) => `io.k8s.api.${name}`);

describe("the generated schema", () => {
  it("names every definition as upstream and builds each", () => {
    expect(schemas.names.length).toBeGreaterThan(500);
    expect(schemas.names).toContain("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta");
    for (const name of schemas.names) expect(schemaOf(name).name).toBe(name);
  });

  it("keeps the facts that the table adds", () => {
    const ports = schemaOf("io.k8s.api.core.v1.ServiceSpec").fields.get("ports")?.type;
    expect(ports).toMatchObject({ type: "list", listType: "map", keys: ["port", "protocol"], mergeKey: "port", retainKeys: false });
    expect(schemaOf("io.k8s.api.core.v1.PodSpec").fields.get("volumes")?.type).toMatchObject({ retainKeys: true, mergeKey: "name" });
    expect(schemaOf("io.k8s.api.apps.v1.DeploymentSpec").fields.get("replicas")).toMatchObject({ default: 1, required: false });
  });
});

describe.skipIf(!existsSync(document))("the generated schema against the official document (absent: ../shared/oracles)", () => {
  const official = (): Readonly<Record<string, Definition>> => (JSON.parse(gunzipSync(readFileSync(document)).toString("utf8")) as { definitions: Record<string, Definition> }).definitions;

  it("does not differ anywhere below the kinds of the first release", () => {
    const definitions = official();
    const names = new Set(firstLight.flatMap((root) => [...reachable(root)]));
    const found = [...names].flatMap((name) => (definitions[name] === undefined ? [`${name}: not official`] : differences(schemaOf(name), definitions[name])));
    expect(found).toEqual([]);
    expect(names.size).toBeGreaterThan(200);
  });

  it("does not differ in all other definitions either", () => {
    const definitions = official();
    const found: string[] = [];
    for (const [name, definition] of Object.entries(definitions)) {
      const ours = schemas.object(name);
      if (ours !== null) found.push(...differences(ours, definition));
      else if (definition.properties !== undefined && !isLeftOut(name)) found.push(`${name}: missing`);
    }
    for (const name of schemas.names) if (definitions[name] === undefined) found.push(`${name}: not official`);
    expect(found).toEqual([]);
    expect(schemas.names.filter(isLeftOut)).toEqual([]);
  });
});
