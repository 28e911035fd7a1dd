import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import type { FieldSchema, ListSchema, MapSchema, ObjectSchema, ScalarSchema, ScalarType, SchemaRegistry, TypeSchema, UnionSchema } from "./types.ts";

// Reads the compact text that src/kinds/generate/generateSchema.mjs writes. Its first line names the packages; every other line is a definition:
//   <package in base 36> <Name>[ A]  then, after tabs,  <field>=<type>[;attribute]...
// Types: a letter for scalars, @<definition in base 36>, [<type> for lists, {<type> for maps.

const scalarLetters: Readonly<Record<string, ScalarType>> = {
  s: "string", i: "int32", l: "int64", d: "double", b: "boolean", y: "bytes", t: "time", u: "microTime", q: "quantity", o: "intOrString",
  r: "json", x: "rawExtension", F: "fieldsV1", O: "schemaOrBool", P: "schemaOrArray", Q: "schemaOrStrings",
};
const scalars: ReadonlyMap<string, ScalarSchema> = new Map(Object.entries(scalarLetters).map(([letter, type]) => [letter, { type }]));

interface SchemaData {
  readonly definitions: string;
  readonly unions: Readonly<Record<string, UnionSchema>>;
  readonly defaults: Readonly<Record<string, JsonObject>>;
  readonly enums: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

const emptyObject: JsonObject = {};

/** A built ObjectSchema may be reached while it is built (JSONSchemaProps contains itself), so its parts are filled in place once. */
interface MutableObject {
  type: "object"; name: string; fields: Map<string, FieldSchema>; required: string[]; alwaysPresent: FieldSchema[]; atomic: boolean; union: UnionSchema | null; hasDefaults: boolean;
}

class CompiledRegistry implements SchemaRegistry {
  readonly names: readonly string[];
  private readonly data: SchemaData;
  private readonly lines: readonly string[];
  private readonly indexByName = new Map<string, number>();
  private readonly built = new Map<number, ObjectSchema>();

  constructor(text: string) {
    this.data = JSON.parse(text) as SchemaData;
    const [head = "", ...lines] = this.data.definitions.split("\n");
    const packages = head.split(" ");
    this.lines = lines;
    this.names = lines.map((line, at) => {
      const [packageIndex = "", name = ""] = line.slice(0, line.includes("\t") ? line.indexOf("\t") : line.length).split(" ");
      const full = `${packages[parseInt(packageIndex, 36)] ?? ""}.${name}`;
      this.indexByName.set(full, at);
      return full;
    });
  }

  object(name: string): ObjectSchema | null {
    const at = this.indexByName.get(name);
    return at === undefined ? null : this.build(at);
  }

  private build(at: number): ObjectSchema {
    const known = this.built.get(at);
    if (known !== undefined) return known;
    const [head = "", ...fieldTexts] = (this.lines[at] ?? "").split("\t");
    const name = this.names[at] ?? "";
    const schema: MutableObject = {
      type: "object", name, fields: new Map(), required: [], alwaysPresent: [], atomic: head.endsWith(" A"), union: this.data.unions[name] ?? null, hasDefaults: false,
    };
    this.built.set(at, schema);
    const defaults = this.data.defaults[name] ?? emptyObject;
    const enums = this.data.enums[name] ?? {};
    for (const text of fieldTexts) {
      const field = this.field(text, defaults, enums);
      schema.fields.set(field.name, field);
      if (field.required) schema.required.push(field.name);
      if (field.zero !== undefined || field.nullWhenAbsent) schema.alwaysPresent.push(field);
      if (field.default !== undefined || defaultsBelow(field.type)) schema.hasDefaults = true;
    }
    return schema;
  }

  private field(text: string, defaults: JsonObject, enums: Readonly<Record<string, readonly string[]>>): FieldSchema {
    const equals = text.indexOf("=");
    const name = text.slice(0, equals);
    const [code = "", ...attributes] = text.slice(equals + 1).split(";");
    const has = (attribute: string): boolean => attributes.includes(attribute);
    const type = this.type(code, attributes);
    const ownership = type.type === "map" ? null : has("A") ? "atomic" : has("G") ? "granular" : null;
    return {
      name, type, required: has("!"), ownership, patchStrategy: type.type !== "object" ? null : has("r") ? "retainKeys" : has("R") ? "replace" : null,
      droppedWhenZero: has("z"), nullWhenAbsent: has("0"), default: defaults[name], enum: enums[name] ?? null, zero: has("^") ? zeroOf(type) : undefined,
    };
  }

  private type(code: string, attributes: readonly string[]): TypeSchema {
    const rest = code.slice(1);
    switch (code.charAt(0)) {
      case "@": return this.build(parseInt(rest, 36));
      case "[": return this.list(rest, attributes);
      case "{": {
        const map: MapSchema = { type: "map", values: this.type(rest, []), atomic: attributes.includes("A"), saysGranular: attributes.includes("G") };
        return map;
      }
      default: return scalars.get(code) ?? { type: "json" };
    }
  }

  private list(items: string, attributes: readonly string[]): ListSchema {
    const keysText = attributes.find((attribute) => attribute.startsWith("m"));
    const mergeText = attributes.find((attribute) => attribute.startsWith("p"));
    return {
      type: "list", items: this.type(items, []), listType: keysText !== undefined ? "map" : attributes.includes("s") ? "set" : attributes.includes("n") ? "none" : "atomic",
      keys: keysText === undefined ? [] : keysText.slice(1).split(","), mergeKey: mergeText === undefined ? null : mergeText.slice(1), retainKeys: attributes.includes("r"),
    };
  }
}

function defaultsBelow(type: TypeSchema): boolean {
  if (type.type === "object") return type.hasDefaults;
  if (type.type === "list") return defaultsBelow(type.items);
  return type.type === "map" && defaultsBelow(type.values);
}

/** Go's zero value as encoding writes it. */
export function zeroOf(type: TypeSchema): Json {
  switch (type.type) {
    case "string": case "bytes": return "";
    case "int32": case "int64": case "double": case "intOrString": return 0;
    case "boolean": return false;
    case "quantity": return "0";
    case "object": {
      const zero: Record<string, Json> = {};
      for (const field of type.alwaysPresent) zero[field.name] = field.nullWhenAbsent ? null : (field.zero ?? null);
      return zero;
    }
    // The wire says null (see wire.ts); inside, a list is always a list.
    case "list": return [];
    default: return null;
  }
}

/** Compiles the generated text; definitions are built when first asked for. */
export function compileSchemas(text: string): SchemaRegistry {
  return new CompiledRegistry(text);
}

/** Whether the value is what `zeroOf` gives for a field that is dropped when zero. */
export function isZero(value: Json): boolean {
  if (value === "" || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  if (!isJsonObject(value)) return false;
  for (const _ in value) return false;
  return true;
}
