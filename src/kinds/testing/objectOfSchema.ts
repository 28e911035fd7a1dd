import fc from "fast-check";
import type { FieldSchema, ObjectSchema, ScalarType, TypeSchema } from "../../apimachinery/schema/types.ts";
import type { Json, JsonObject } from "../../base/json.ts";

/** A number below `count`, drawn by fast-check. */
export type Choose = (count: number) => number;

/** Draws for one object: the same draws, the same object. */
export const draws: fc.Arbitrary<Choose> = fc.array(fc.nat(9_999), { minLength: 64, maxLength: 64 }).map((all) => {
  let at = 0;
  return (count: number): number => ((all[at++ % all.length] ?? 0) + Math.floor(at / all.length)) % count;
});

/** What writers of YAML and JSON get wrong. */
const texts = [
  "a", "web-1", "yes", "no", "on", "null", "~", "true", "0x1F", "0o17", "017", "1e3", "1_000", "12:30", ".inf", "2026-01-01", "a: b", "- x", "# c", " lead", "trail ", "two\nlines\n", "\ttab", "\r\n", "é", "\u2028", "😀", "\\", '"', "'",
  "%", "@", "`", "{", "[", "&a", "*a", "!!str", "|", ">", "?", ",", "__proto__", "constructor", "=", "<<", "\u0000", "\u007f", "x".repeat(300),
];
const keys = ["a", "app.kubernetes.io/name", "__proto__", "constructor", "yes", "1", "~", "é", "a b", "x:y", "toString", "#", "- a"];
const anything: readonly Json[] = [null, true, 0, -1, 1.5, "a", [], [1, [2]], {}, { a: { b: [null] } }, { kind: "Thing", apiVersion: "x/v1", metadata: { name: "n" } }];

const scalars: Readonly<Record<ScalarType, readonly Json[]>> = {
  string: texts,
  int32: [0, 1, -1, 80, 2_147_483_647, -2_147_483_648],
  int64: [0, 1, -1, 30, Number.MAX_SAFE_INTEGER],
  double: [0, 1.5, -0.25, 1e21, 1e-7],
  boolean: [true, false],
  bytes: ["", "AA==", "aGlkZGVu"],
  time: [null, "2026-01-01T00:00:00Z", "2026-01-01T01:02:03+02:00", "2026-06-30T23:59:59.5Z"],
  microTime: [null, "2026-01-01T00:00:00.000001Z", "2026-01-01T00:00:00Z"],
  quantity: ["0", "1", "1000m", "1.5Gi", "100Ki", "1e3", 2, ".5"],
  intOrString: [0, 80, "http", "25%", ""],
  json: anything,
  rawExtension: [{}, { a: 1, b: { c: [] } }, { kind: "Thing", apiVersion: "x/v1" }],
  fieldsV1: [{}, { "f:a": {}, "f:b": { ".": {}, 'k:{"name":"x"}': {} } }],
  schemaOrBool: [true, false, { type: "string" }],
  schemaOrArray: [{ type: "string" }, [{ type: "integer" }]],
  schemaOrStrings: [["a", "b"], { type: "string" }],
};

/** An object with some of its schema's fields, each of its type: decodable, seldom valid. */
export function objectOfSchema(schema: ObjectSchema, choose: Choose, depth = 0): JsonObject {
  const wanted = depth === 0 ? 2 : 3 + depth;
  const chosen = [...schema.fields.values()].filter((field) => field.required || choose(wanted) === 0);
  return Object.fromEntries(chosen.map((field) => [field.name, fieldValue(field, choose, depth)]));
}

function fieldValue(field: FieldSchema, choose: Choose, depth: number): Json {
  if (field.enum !== null && choose(4) > 0) return field.type.type === "list" ? [pick(field.enum, choose)] : pick(field.enum, choose);
  return valueOfType(field.type, choose, depth);
}

export function valueOfType(type: TypeSchema, choose: Choose, depth: number): Json {
  switch (type.type) {
    case "object":
      return depth > 7 ? {} : objectOfSchema(type, choose, depth + 1);
    case "list":
      return Array.from({ length: depth > 7 ? 0 : choose(3) }, () => valueOfType(type.items, choose, depth + 1));
    case "map":
      return Object.fromEntries(Array.from({ length: depth > 7 ? 0 : choose(3) }, () => [pick(keys, choose), valueOfType(type.values, choose, depth + 1)]));
    default:
      return pick(scalars[type.type], choose);
  }
}

function pick<T>(from: readonly T[], choose: Choose): T {
  return from[choose(from.length)] as T;
}

/** A whole object with one to three places changed: a field given another value of its type. */
export function changedBySchema(schema: ObjectSchema, object: JsonObject, choose: Choose): JsonObject {
  let changed = object;
  for (let times = 1 + choose(3); times > 0; times--) changed = changedOnce(schema, changed, choose) as JsonObject;
  return changed;
}

function changedOnce(type: TypeSchema, value: Json, choose: Choose): Json {
  if (type.type === "list" && Array.isArray(value) && value.length > 0) {
    const at = choose(value.length);
    return (value as readonly Json[]).map((item, each) => (each === at ? changedOnce(type.items, item, choose) : item));
  }
  if (type.type !== "object" || typeof value !== "object" || value === null || Array.isArray(value)) return valueOfType(type, choose, 4);
  const fields = [...type.fields.values()].filter(({ name }) => !["apiVersion", "kind", "status", "name", "namespace", "generateName"].includes(name));
  const field = fields[choose(fields.length)];
  if (field === undefined) return value;
  const { [field.name]: old } = value as Record<string, Json | undefined>;
  return { ...value, [field.name]: old !== undefined && choose(4) > 0 ? changedOnce(field.type, old, choose) : fieldValue(field, choose, 4) };
}
