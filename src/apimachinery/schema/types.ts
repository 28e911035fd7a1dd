import type { Json } from "../../base/json.ts";

/**
 * What the API knows of a type: enough to decode as Go does, to default, to patch, to tell the owners of fields apart, and to publish OpenAPI.
 * Built-in kinds are compiled from the generated table; custom resources can be translated into the same shape.
 */
export type TypeSchema = ScalarSchema | ListSchema | MapSchema | ObjectSchema;

export type ScalarType =
  | "string" | "int32" | "int64" | "double" | "boolean" | "bytes" | "time" | "microTime" | "quantity" | "intOrString"
  | "json" | "rawExtension" | "fieldsV1" | "schemaOrBool" | "schemaOrArray" | "schemaOrStrings";

export interface ScalarSchema {
  readonly type: ScalarType;
}
export interface ListSchema {
  readonly type: "list";
  readonly items: TypeSchema;
  /** "none" carries no list type upstream; it behaves as atomic. */
  readonly listType: "atomic" | "set" | "map" | "none";
  /** Of a list of type map: the fields that tell its items apart. */
  readonly keys: readonly string[];
  /** What a strategic merge patch merges by; "" merges scalars; null replaces the whole list. */
  readonly mergeKey: string | null;
  /** Strategic merge patches send $retainKeys for its items. */
  readonly retainKeys: boolean;
}
export interface MapSchema {
  readonly type: "map";
  readonly values: TypeSchema;
  readonly atomic: boolean;
  /** Says so in its OpenAPI, though granular is what maps are. */
  readonly saysGranular: boolean;
}
export interface ObjectSchema {
  readonly type: "object";
  /** "io.k8s.api.apps.v1.DeploymentSpec" */
  readonly name: string;
  readonly fields: ReadonlyMap<string, FieldSchema>;
  readonly required: readonly string[];
  /** Fields that encoding always writes, with the value that an absent one gets. */
  readonly alwaysPresent: readonly FieldSchema[];
  /** Whether one owner has the object as a whole. */
  readonly atomic: boolean;
  readonly union: UnionSchema | null;
  /** Whether a field of it, or below it, has a default. */
  readonly hasDefaults: boolean;
}
export interface UnionSchema {
  readonly discriminator?: string;
  readonly fields: Readonly<Record<string, string>>;
}
export interface FieldSchema {
  readonly name: string;
  readonly type: TypeSchema;
  readonly required: boolean;
  /** Overrides atomic of the type it refers to. */
  readonly ownership: "atomic" | "granular" | null;
  /** Strategy of a strategic merge patch for an object: null merges. */
  readonly patchStrategy: "retainKeys" | "replace" | null;
  /** Go holds it by value with omitempty: a zero value is left out. */
  readonly droppedWhenZero: boolean;
  readonly nullWhenAbsent: boolean;
  readonly default: Json | undefined;
  readonly enum: readonly string[] | null;
  /** What an absent field becomes where it is always present; otherwise undefined. */
  readonly zero: Json | undefined;
}

/** All definitions by name, compiled when first asked for. */
export interface SchemaRegistry {
  readonly names: readonly string[];
  object(name: string): ObjectSchema | null;
}

/** "Deployment" of "io.k8s.api.apps.v1.Deployment". */
export function bareName(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}
