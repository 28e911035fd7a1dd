import { compileSchemas } from "../apimachinery/schema/compile.ts";
import { decodeObject, type DecodeResult, type FieldValidation } from "../apimachinery/schema/decode.ts";
import { applyDefaults } from "../apimachinery/schema/defaults.ts";
import type { ObjectSchema, SchemaRegistry } from "../apimachinery/schema/types.ts";
import { assert } from "../base/assert.ts";
import type { Json, JsonObject } from "../base/json.ts";
import { schemaText } from "./generated/schemaData.ts";

/** The schemas of all built-in kinds: generated from the typed models, merged with the table in src/kinds/generate. */
export const schemas: SchemaRegistry = compileSchemas(schemaText);

/** A definition by its upstream name: "io.k8s.api.apps.v1.Deployment". */
export function schemaOf(name: string): ObjectSchema {
  const schema = schemas.object(name);
  assert(schema !== null, `no schema is named ${name}`);
  return schema;
}

/** Decodes a body as a definition: see decodeObject. */
export function decodeAs(name: string, json: Json, fieldValidation: FieldValidation): DecodeResult {
  return decodeObject(schemaOf(name), json, fieldValidation);
}

/** The defaults that need only a field's absence; the kind's own defaults() come after. */
export function withStaticDefaults(name: string, object: JsonObject): JsonObject {
  return applyDefaults(schemaOf(name), object);
}
