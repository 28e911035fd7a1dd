import type { Json, JsonObject } from "../../base/json.ts";
import { bareName, type FieldSchema, type ListSchema, type ObjectSchema, type ScalarType, type SchemaRegistry, type TypeSchema } from "./types.ts";

/** Definition name -> its description, then those of its fields in the schema's order. They come in a file of their own and may be absent. */
export type Descriptions = Readonly<Record<string, readonly string[]>>;
export type OpenApiVersion = 2 | 3;

export interface GroupVersionKindText {
  readonly group: string;
  readonly kind: string;
  readonly version: string;
}

/** Types that have no fields but a name in the document. */
const namedScalars: Readonly<Partial<Record<ScalarType, { readonly name: string; readonly v2: JsonObject; readonly v3?: JsonObject; readonly description: string }>>> = {
  time: { name: "io.k8s.apimachinery.pkg.apis.meta.v1.Time", v2: { type: "string", format: "date-time" }, description: "Time is a point in time with whole seconds, written as RFC 3339." },
  microTime: { name: "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime", v2: { type: "string", format: "date-time" }, description: "MicroTime is version of Time with microsecond level precision." },
  quantity: {
    name: "io.k8s.apimachinery.pkg.api.resource.Quantity", v2: { type: "string" }, v3: { oneOf: [{ type: "string" }, { type: "number" }] },
    description: "Quantity is a fixed-point number with a decimal (m, k, M, G, ...) or binary (Ki, Mi, Gi, ...) suffix or a decimal exponent. It is kept in canonical form.",
  },
  intOrString: {
    name: "io.k8s.apimachinery.pkg.util.intstr.IntOrString", v2: { type: "string", format: "int-or-string" }, v3: { oneOf: [{ type: "integer" }, { type: "string" }], format: "int-or-string" },
    description: "IntOrString is a type that can hold an int32 or a string.",
  },
  rawExtension: { name: "io.k8s.apimachinery.pkg.runtime.RawExtension", v2: { type: "object" }, description: "RawExtension is used to hold extensions in external versions." },
  fieldsV1: { name: "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1", v2: { type: "object" }, description: "FieldsV1 stores a set of fields in a data structure like a Trie, in JSON format." },
  json: { name: "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON", v2: {}, description: "JSON represents any valid JSON value." },
  schemaOrBool: { name: "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool", v2: {}, description: "JSONSchemaPropsOrBool represents JSONSchemaProps or a boolean value." },
  schemaOrArray: { name: "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray", v2: {}, description: "JSONSchemaPropsOrArray represents a JSONSchemaProps or an array of them." },
  schemaOrStrings: { name: "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray", v2: {}, description: "JSONSchemaPropsOrStringArray represents a JSONSchemaProps or a string array." },
};
const scalarForms: Readonly<Partial<Record<ScalarType, JsonObject>>> = {
  string: { type: "string" }, int32: { type: "integer", format: "int32" }, int64: { type: "integer", format: "int64" }, double: { type: "number", format: "double" },
  boolean: { type: "boolean" }, bytes: { type: "string", format: "byte" },
};

/** Writes the definitions that a set of roots reaches. */
export class DefinitionWriter {
  private readonly registry: SchemaRegistry;
  private readonly version: OpenApiVersion;
  private readonly descriptions: Descriptions | null;
  private readonly kinds: ReadonlyMap<string, readonly GroupVersionKindText[]>;
  private readonly written = new Map<string, JsonObject>();

  constructor(registry: SchemaRegistry, version: OpenApiVersion, descriptions: Descriptions | null, kinds: ReadonlyMap<string, readonly GroupVersionKindText[]>) {
    this.registry = registry;
    this.version = version;
    this.descriptions = descriptions;
    this.kinds = kinds;
  }

  /** Adds a definition and all it refers to. */
  include(name: string): void {
    const schema = this.registry.object(name);
    if (schema !== null) this.includeObject(schema);
  }

  /** By name, sorted. */
  definitions(): JsonObject {
    return Object.fromEntries([...this.written].sort((a, b) => (a[0] < b[0] ? -1 : 1)));
  }

  reference(name: string): JsonObject {
    return { $ref: `${this.version === 2 ? "#/definitions/" : "#/components/schemas/"}${name}` };
  }

  private includeObject(schema: ObjectSchema): void {
    if (this.written.has(schema.name)) return;
    this.written.set(schema.name, {});
    const texts = this.descriptions?.[schema.name];
    const properties: Record<string, Json> = {};
    let at = 1;
    const fields = [...schema.fields.values()];
    for (const field of fields) properties[field.name] = this.property(field, texts?.[at++] ?? "");
    const kinds = this.kinds.get(schema.name);
    this.written.set(schema.name, {
      ...(texts?.[0] === undefined || texts[0] === "" ? {} : { description: texts[0] }),
      ...(fields.length === 0 ? {} : { properties }),
      ...(schema.required.length === 0 ? {} : { required: [...schema.required].sort() }),
      type: "object",
      ...(kinds === undefined ? {} : { "x-kubernetes-group-version-kind": kinds as unknown as Json }),
      ...(schema.atomic ? { "x-kubernetes-map-type": "atomic" } : {}),
      ...(schema.union === null ? {} : { "x-kubernetes-unions": [this.union(schema)] }),
    });
  }

  private union(schema: ObjectSchema): JsonObject {
    const { discriminator, fields } = schema.union ?? { fields: {} };
    return { ...(discriminator === undefined ? {} : { discriminator }), "fields-to-discriminateBy": fields };
  }

  private property(field: FieldSchema, description: string): JsonObject {
    const type = field.type;
    const said = description === "" ? {} : { description };
    const form = this.form(type);
    const zero = this.version === 3 ? this.defaultOf(field) : {};
    const enumeration = this.version === 3 && field.enum !== null && type.type === "string" ? { enum: field.enum } : {};
    // A reference cannot have siblings in v3.
    const base = this.version === 3 && form["$ref"] !== undefined && (description !== "" || zero["default"] !== undefined) ? { allOf: [form] } : form;
    return { ...said, ...zero, ...enumeration, ...base, ...this.extensions(field) };
  }

  private defaultOf(field: FieldSchema): JsonObject {
    if (field.default !== undefined && field.zero === undefined) return { default: field.default };
    if (field.zero === undefined) return {};
    const kind = field.type.type;
    if (kind === "object") return { default: {} };
    if (kind === "string") return { default: field.default ?? "" };
    return kind === "int32" || kind === "int64" || kind === "boolean" ? { default: field.zero } : {};
  }

  private form(type: TypeSchema): JsonObject {
    switch (type.type) {
      case "object":
        this.includeObject(type);
        return this.reference(type.name);
      case "list": return { items: this.itemForm(type.items), type: "array" };
      case "map": return { additionalProperties: this.itemForm(type.values), type: "object" };
      default: return this.scalarForm(type.type);
    }
  }

  private itemForm(type: TypeSchema): JsonObject {
    const form = this.form(type);
    if (this.version === 2) return form;
    if (form["$ref"] !== undefined) return type.type === "object" ? { allOf: [form], default: {} } : form;
    return type.type === "string" ? { ...form, default: "" } : form;
  }

  private scalarForm(type: ScalarType): JsonObject {
    const named = namedScalars[type];
    if (named === undefined) return scalarForms[type] ?? {};
    if (!this.written.has(named.name)) this.written.set(named.name, { description: named.description, ...(this.version === 3 ? (named.v3 ?? named.v2) : named.v2) });
    return this.reference(named.name);
  }

  private extensions(field: FieldSchema): JsonObject {
    const type = field.type;
    if (type.type === "list") return listExtensions(type);
    if (type.type === "map") return type.atomic ? { "x-kubernetes-map-type": "atomic" } : type.saysGranular ? { "x-kubernetes-map-type": "granular" } : {};
    return {
      ...(field.ownership === null ? {} : type.type === "bytes" ? { "x-kubernetes-list-type": field.ownership } : { "x-kubernetes-map-type": field.ownership }),
      ...(field.patchStrategy === null ? {} : { "x-kubernetes-patch-strategy": field.patchStrategy }),
    };
  }
}

function listExtensions(type: ListSchema): JsonObject {
  return {
    ...(type.keys.length === 0 ? {} : { "x-kubernetes-list-map-keys": type.keys }),
    ...(type.listType === "none" ? {} : { "x-kubernetes-list-type": type.listType }),
    ...(type.mergeKey === null || type.mergeKey === "" ? {} : { "x-kubernetes-patch-merge-key": type.mergeKey }),
    ...(type.mergeKey === null ? {} : { "x-kubernetes-patch-strategy": type.retainKeys ? "merge,retainKeys" : "merge" }),
  };
}

/** The list kind that belongs to a kind: DeploymentList beside Deployment. */
export function listDefinition(registry: SchemaRegistry, name: string): string | null {
  const list = `${name}List`;
  return registry.object(list) === null ? null : list;
}

export function packageOf(name: string): string {
  return name.slice(0, name.length - bareName(name).length - 1);
}
