import { apiVersionOf, parseApiVersion } from "../../apimachinery/gvk.ts";
import type { FieldSchema, ObjectSchema, TypeSchema } from "../../apimachinery/schema/types.ts";
import { kindByGvk, kinds, schemaNameOf } from "../../kinds/index.ts";
import { schemas } from "../../kinds/schemaTable.ts";

export interface FieldHelp {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly enum: readonly string[];
  readonly opens: "mapping" | "list" | "scalar";
  /** Definition that describes it, and the index of the field there. */
  readonly owner: string;
}

/** What a type is called in a hover: "[]Container", "string", "map[string]string". */
export function typeText(type: TypeSchema): string {
  if (type.type === "object") return type.name.slice(type.name.lastIndexOf(".") + 1);
  if (type.type === "list") return `[]${typeText(type.items)}`;
  if (type.type === "map") return `map[string]${typeText(type.values)}`;
  return { int32: "integer", int64: "integer", double: "number", intOrString: "integer or string", bytes: "base64 string", quantity: "quantity" }[type.type as string] ?? type.type;
}

function objectOf(type: TypeSchema): TypeSchema {
  return type.type === "list" ? objectOf(type.items) : type;
}

/** The schema of the mapping that a path of keys leads to; null where the schema does not go. */
export function mappingAt(apiVersion: string, kind: string, path: readonly string[]): ObjectSchema | null {
  const definition = kindByGvk({ ...parseApiVersion(apiVersion), kind });
  let type: TypeSchema | null = definition === null ? null : schemas.object(schemaNameOf(definition, parseApiVersion(apiVersion).version));
  for (const key of path) {
    if (type === null) return null;
    const here: TypeSchema = objectOf(type);
    type = here.type === "object" ? (here.fields.get(key)?.type ?? null) : here.type === "map" ? here.values : null;
  }
  const end = type === null ? null : objectOf(type);
  return end?.type === "object" ? end : null;
}

export function fieldHelp(owner: ObjectSchema, field: FieldSchema): FieldHelp {
  const opens = field.type.type === "list" ? "list" : field.type.type === "object" || field.type.type === "map" ? "mapping" : "scalar";
  const words = field.enum ?? (field.type.type === "boolean" ? ["true", "false"] : []);
  return { name: field.name, type: typeText(field.type), required: field.required, enum: words, opens, owner: owner.name };
}

/** Fields a mapping may have, the required ones first; status is the cluster's to write. */
export function fieldsOf(schema: ObjectSchema, topLevel: boolean): readonly FieldHelp[] {
  return [...schema.fields.values()].filter((field) => !(topLevel && field.name === "status")).map((field) => fieldHelp(schema, field));
}

/** "apps/v1" ... of the kinds served, and the kinds of one. */
export function apiVersions(): readonly string[] {
  return [...new Set(kinds.flatMap(({ gvk, versions }) => versions.map((version) => apiVersionOf({ group: gvk.group, version }))))].sort();
}
export function kindNames(apiVersion: string): readonly string[] {
  const all = kinds.filter(({ gvk, versions }) => apiVersion === "" || versions.some((version) => apiVersionOf({ group: gvk.group, version }) === apiVersion));
  return all.map(({ gvk }) => gvk.kind).sort();
}

let descriptions: Promise<Readonly<Record<string, readonly string[]>>> | null = null;

/** The official description of a field; fetched with the first hover, for it is ten times as large as the schema. */
export async function describeField(schema: ObjectSchema, name: string): Promise<string> {
  descriptions ??= import("../../kinds/generated/schemaDescriptions.ts").then(({ descriptionsText }) => JSON.parse(descriptionsText) as Readonly<Record<string, readonly string[]>>);
  const all = await descriptions;
  const index = [...schema.fields.keys()].indexOf(name);
  const own = all[schema.name]?.[index + 1] ?? "";
  if (own !== "") return own;
  const type = schema.fields.get(name)?.type;
  const end = type === undefined ? null : objectOf(type);
  return end?.type === "object" ? (all[end.name]?.[0] ?? "") : "";
}
