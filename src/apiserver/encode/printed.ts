import { wireForm } from "../../apimachinery/schema/wire.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { JsonObject } from "../../base/json.ts";
import { schemas } from "../../kinds/schemaTable.ts";
import type { Resource } from "../resources.ts";
import { inVersion } from "../versions.ts";

/** As Go prints it to the outside: lists that are always there are null where they are empty. */
export function asPrinted(resource: Resource, object: KubeObject): KubeObject {
  const schema = schemas.object(resource.schema);
  if (schema === null) return object;
  const printed = wireForm(schema, inVersion(resource, object) as unknown as JsonObject);
  const absent = listsAlwaysThere(resource).filter((field) => printed[field] === undefined);
  if (absent.length === 0) return printed as unknown as KubeObject;
  return { ...printed, ...Object.fromEntries(absent.map((field) => [field, null])) } as unknown as KubeObject;
}

const alwaysThere = new WeakMap<Resource, readonly string[]>();

function listsAlwaysThere(resource: Resource): readonly string[] {
  let fields = alwaysThere.get(resource);
  if (fields === undefined) {
    const schema = schemas.object(resource.schema);
    fields = (schema?.alwaysPresent ?? []).filter((field) => field.type.type === "list").map((field) => field.name);
    alwaysThere.set(resource, fields);
  }
  return fields;
}

/** Items of a list do not repeat their kind. */
export function withoutType(object: KubeObject): KubeObject {
  const { apiVersion: _apiVersion, kind: _kind, ...rest } = object;
  return rest as KubeObject;
}
