import { copyToExtend } from "../../base/extended.ts";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { canonicalQuantity, quantityError, quantityFormatError } from "../quantity.ts";
import { formatMicroTime, formatTime, parseTime } from "../timestamp.ts";
import { isZero, zeroOf } from "./compile.ts";
import { goStructName, goTypeText } from "./goTypes.ts";
import type { FieldSchema, ListSchema, MapSchema, ObjectSchema, ScalarSchema, TypeSchema } from "./types.ts";

// Follows what encoding/json (sigs.k8s.io/json) does with upstream's Go types: wrong types refuse the body, unknown fields are pruned and named,
// null is absence, zero values of omitempty fields go, structs without a pointer are always there. Unchanged parts are shared with the input.

export type FieldValidation = "Strict" | "Warn" | "Ignore";
export type DecodeResult =
  | { readonly ok: true; readonly value: JsonObject; readonly warnings: readonly string[] }
  /** Goes behind `Deployment in version "v1" cannot be handled as a Deployment: `. */
  | { readonly ok: false; readonly message: string };

/** Deeper than this is refused, as encoding/json refuses it (its own limit is larger than an engine's stack). */
export const maxDepth = 512;

/** What a custom unmarshaler complains about ends decoding at once; a wrong type only refuses the body in the end. */
class DecodeAbort extends Error {}

interface Decoder {
  readonly unknown: string[];
  firstTypeError: string | null;
  readonly noteUnknown: boolean;
}

/** Where a value stands: the struct and field that hold it, for complaints. */
interface Place {
  readonly owner: ObjectSchema;
  readonly field: FieldSchema;
  readonly parent: Place | null;
  /** Of an item of a list or map at the parent: its index or key. */
  readonly element: number | string | null;
}

/** With indexes and keys, for unknown fields. Texts are made only for complaints. */
function pathOf(place: Place): string {
  const { parent, element } = place;
  if (parent === null) return place.field.name;
  return pathOf(parent) + (element === null ? `.${place.field.name}` : typeof element === "number" ? `[${element}]` : `.${element}`);
}

/** Without, for wrong types. */
function goPathOf(place: Place): string {
  const { parent } = place;
  if (parent === null) return place.field.name;
  return place.element === null ? `${goPathOf(parent)}.${place.field.name}` : goPathOf(parent);
}

/** Parts that came out of decoding as they went in: they need not be looked at again when the next write carries them. */
const clean = new WeakMap<object, ObjectSchema>();

/**
 * Decodes a body as the type. `Strict` refuses unknown fields, `Warn` names them as warnings, `Ignore` drops them silently.
 * Duplicate keys are the parser's business: here every key exists once. `known` is an object of the type that was decoded before: parts that are the
 * very same at the same place are taken as they are.
 */
export function decodeObject(schema: ObjectSchema, json: Json, fieldValidation: FieldValidation, known?: JsonObject): DecodeResult {
  const decoder: Decoder = { unknown: [], firstTypeError: null, noteUnknown: fieldValidation !== "Ignore" };
  let value: Json;
  try {
    value = objectValue(decoder, schema, json, null, 0, known);
  } catch (error) {
    if (error instanceof DecodeAbort) return { ok: false, message: error.message };
    throw error;
  }
  if (decoder.firstTypeError !== null) return { ok: false, message: decoder.firstTypeError };
  if (fieldValidation === "Strict" && decoder.unknown.length > 0) return { ok: false, message: `strict decoding error: ${decoder.unknown.join(", ")}` };
  return { ok: true, value: value as JsonObject, warnings: decoder.unknown };
}

function jsonTypeName(value: Json): string {
  if (Array.isArray(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value;
}

function wrongType(decoder: Decoder, what: string, type: TypeSchema, place: Place | null): void {
  if (decoder.firstTypeError !== null) return;
  const into = place === null ? `Go value of type ${goTypeText(type)}` : `Go struct field ${goStructName(place.owner)}.${goPathOf(place)} of type ${goTypeText(type, place.owner, place.field.name)}`;
  decoder.firstTypeError = `json: cannot unmarshal ${what} into ${into}`;
}

function typeValue(decoder: Decoder, type: TypeSchema, value: Json, place: Place, depth: number, known: Json | undefined): Json {
  switch (type.type) {
    case "object": return objectValue(decoder, type, value, place, depth, known);
    case "list": return listValue(decoder, type, value, place, depth, known);
    case "map": return value === known ? value : mapValue(decoder, type, value, place, depth);
    default: return scalarValue(decoder, type, value, place, depth);
  }
}

function objectValue(decoder: Decoder, schema: ObjectSchema, value: Json, place: Place | null, depth: number, known: Json | undefined): Json {
  if (!isJsonObject(value)) {
    if (value !== null) wrongType(decoder, jsonTypeName(value), schema, place);
    return zeroOf(schema);
  }
  if (depth > maxDepth) throw new DecodeAbort("exceeded max depth");
  if (value === known || clean.get(value) === schema) return value;
  const before = isJsonObject(known) ? known : null;
  let out: Record<string, Json> | null = null;
  let complaints = false;
  for (const key in value) {
    const given = value[key];
    const field = schema.fields.get(key);
    if (field === undefined) {
      if (decoder.noteUnknown) decoder.unknown.push(`unknown field "${place === null ? key : `${pathOf(place)}.${key}`}"`);
      complaints = true;
      out ??= copyToExtend(value);
      delete out[key];
      continue;
    }
    const after = fieldValue(decoder, schema, field, given, place, depth, before === null ? undefined : before[key]);
    if (after === given) continue;
    if (after === undefined) out = withoutKey(out ?? value, key);
    else (out ??= copyToExtend(value))[key] = after;
  }
  for (const field of schema.alwaysPresent) {
    if ((out ?? value)[field.name] !== undefined) continue;
    out ??= copyToExtend(value);
    out[field.name] = field.zero ?? null;
  }
  const result = out ?? value;
  // Specs and statuses: what controllers send back.
  if (depth === 1 && isPart(place) && !complaints && decoder.firstTypeError === null && decoder.unknown.length === 0) clean.set(result, schema);
  return result;
}

const none: readonly Json[] = [];

function isPart(place: Place | null): boolean {
  const name = place?.field.name;
  return name === "spec" || name === "status";
}

/** Not by `delete`, which would make it one of the engine's slow objects. */
function withoutKey(object: JsonObject, gone: string): Record<string, Json> {
  const out: Record<string, Json> = {};
  for (const key in object) {
    const value = object[key];
    if (key !== gone && value !== undefined) setOwn(out, key, value);
  }
  return out;
}

/** undefined: the field is left out. */
function fieldValue(decoder: Decoder, owner: ObjectSchema, field: FieldSchema, value: Json | undefined, place: Place | null, depth: number, known: Json | undefined): Json | undefined {
  if (value === undefined) return undefined;
  if (value === known && value !== null) return value;
  if (value === null) return field.nullWhenAbsent ? null : field.zero;
  const type = field.type;
  // The common cases need no place.
  if (typeof value === "string") {
    if (type.type === "string") return value === "" && field.droppedWhenZero ? undefined : value;
  } else if (typeof value === "number") {
    if (type.type === "int32" && (value | 0) === value) return value === 0 && field.droppedWhenZero ? undefined : value;
  } else if (typeof value === "boolean") {
    if (type.type === "boolean") return !value && field.droppedWhenZero ? undefined : value;
  }
  const decoded = typeValue(decoder, type, value, { owner, field, parent: place, element: null }, depth + 1, known);
  return field.droppedWhenZero && type.type !== "object" && isZero(decoded) ? undefined : decoded;
}

function listValue(decoder: Decoder, schema: ListSchema, value: Json, place: Place, depth: number, known: Json | undefined): Json {
  if (!Array.isArray(value)) {
    wrongType(decoder, jsonTypeName(value), schema, place);
    return [];
  }
  const items = value as readonly Json[];
  const type = schema.items;
  const knownItems = Array.isArray(known) ? (known as readonly Json[]) : none;
  let out: Json[] | null = null;
  for (let at = 0; at < items.length; at++) {
    const before = items[at] ?? null;
    if ((typeof before === "string" && type.type === "string") || (before !== null && before === knownItems[at])) continue;
    const after = before === null ? zeroOf(type) : typeValue(decoder, type, before, { owner: place.owner, field: place.field, parent: place, element: at }, depth + 1, knownItems[at]);
    if (after === before) continue;
    out ??= [...items];
    out[at] = after;
  }
  return out ?? items;
}

function mapValue(decoder: Decoder, schema: MapSchema, value: Json, place: Place, depth: number): Json {
  if (!isJsonObject(value)) {
    wrongType(decoder, jsonTypeName(value), schema, place);
    return {};
  }
  const type = schema.values;
  let out: Record<string, Json> | null = null;
  for (const key in value) {
    const before = value[key] ?? null;
    if (type.type === "string" && typeof before === "string") continue;
    const after = before === null ? zeroOf(type) : typeValue(decoder, type, before, { owner: place.owner, field: place.field, parent: place, element: key }, depth + 1, undefined);
    if (after === before) continue;
    out ??= copyToExtend(value);
    setOwn(out, key, after);
  }
  return out ?? value;
}

/** "__proto__" is a key like any other; plain assignment would change the prototype instead. */
export function setOwn(target: Record<string, Json>, key: string, value: Json): void {
  if (key === "__proto__") Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}

function scalarValue(decoder: Decoder, schema: ScalarSchema, value: Json, place: Place, depth: number): Json {
  switch (schema.type) {
    case "string":
      if (typeof value !== "string") wrongType(decoder, jsonTypeName(value), schema, place);
      return value;
    case "int32": case "int64":
      return integerValue(decoder, schema, value, place);
    case "double":
      if (typeof value !== "number") wrongType(decoder, jsonTypeName(value), schema, place);
      return value;
    case "boolean":
      if (typeof value !== "boolean") wrongType(decoder, jsonTypeName(value), schema, place);
      return value;
    case "bytes":
      return bytesValue(decoder, schema, value, place);
    case "quantity":
      return quantityValue(value);
    case "time": case "microTime":
      return timeValue(schema.type, value);
    case "intOrString":
      return intOrStringValue(value);
    default:
      checkDepth(value, maxDepth - depth);
      return value;
  }
}

const int32Limit = 2147483648;

function integerValue(decoder: Decoder, schema: ScalarSchema, value: Json, place: Place): Json {
  if (typeof value !== "number") wrongType(decoder, jsonTypeName(value), schema, place);
  else if (!Number.isInteger(value) || (schema.type === "int32" && (value >= int32Limit || value < -int32Limit)) || Math.abs(value) >= 2 ** 63) wrongType(decoder, `number ${value}`, schema, place);
  return value;
}

const base64Text = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function bytesValue(decoder: Decoder, schema: ScalarSchema, value: Json, place: Place): Json {
  if (typeof value !== "string") {
    wrongType(decoder, jsonTypeName(value), schema, place);
    return value;
  }
  // Go's decoder skips line breaks.
  const clean = value.includes("\n") || value.includes("\r") ? value.replace(/[\r\n]/g, "") : value;
  if (!base64Text.test(clean)) decoder.firstTypeError ??= `illegal base64 data at input byte ${firstIllegalByte(clean)}`;
  return clean;
}
function firstIllegalByte(text: string): number {
  const found = /[^A-Za-z0-9+/]/.exec(text);
  if (found === null) return text.length - (text.length % 4);
  const at = found.index;
  if (found[0] !== "=") return at;
  // Padding is legal at the third or fourth place of a group and only there.
  if (at % 4 < 2) return at;
  const needed = 4 - (at % 4);
  return text.slice(at, at + needed) === "=".repeat(needed) ? at + needed : Math.min(at + 1, text.length);
}

function quantityValue(value: Json): Json {
  if (typeof value === "string" || typeof value === "number") {
    const text = typeof value === "string" ? value.trim() : String(value);
    const complaint = quantityError(text);
    if (complaint !== null) throw new DecodeAbort(complaint);
    return canonicalQuantity(text);
  }
  throw new DecodeAbort(quantityFormatError);
}

/** Most times of a write are those of this second, or of the object as it was. */
const times = new Map<string, string>();
const microTimes = new Map<string, string>();
const timesKept = 1000;

function timeValue(type: "time" | "microTime", value: Json): Json {
  if (typeof value !== "string") throw new DecodeAbort(`json: cannot unmarshal ${jsonTypeName(value)} into Go value of type string`);
  const kept = type === "time" ? times : microTimes;
  const known = kept.get(value);
  if (known !== undefined) return known;
  const parsed = parseTime(value);
  if (!parsed.ok) throw new DecodeAbort(parsed.message);
  const text = type === "time" ? formatTime(parsed.unixUs) : formatMicroTime(parsed.unixUs);
  if (kept.size >= timesKept) kept.clear();
  kept.set(value, text);
  return text;
}

function intOrStringValue(value: Json): Json {
  if (typeof value === "string") return value;
  if (typeof value !== "number") throw new DecodeAbort(`json: cannot unmarshal ${jsonTypeName(value)} into Go value of type int32`);
  if (!Number.isInteger(value) || value >= int32Limit || value < -int32Limit) throw new DecodeAbort(`json: cannot unmarshal number ${value} into Go value of type int32`);
  return value;
}

/** Without recursion into unbounded depth: what has no schema may nest as deep as its sender likes. */
function checkDepth(value: Json, left: number): void {
  if (typeof value !== "object" || value === null) return;
  if (left <= 0) throw new DecodeAbort("exceeded max depth");
  if (Array.isArray(value)) for (const item of value as readonly Json[]) checkDepth(item, left - 1);
  else for (const key in value as JsonObject) checkDepth((value as JsonObject)[key] ?? null, left - 1);
}
