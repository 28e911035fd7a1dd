import { wireForm } from "../../apimachinery/schema/wire.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { JsonObject } from "../../base/json.ts";
import { schemas } from "../../kinds/schemaTable.ts";
import type { Resource } from "../resources.ts";
import { inVersion } from "../versions.ts";

/** What was printed of an object, by the version that it was printed in: the same object goes to many readers and watchers. */
const printedBefore = new WeakMap<Resource, WeakMap<KubeObject, KubeObject>>();
const itemsBefore = new WeakMap<KubeObject, KubeObject>();

/** As Go prints it to the outside: lists that are always there are null where they are empty. */
export function asPrinted(resource: Resource, object: KubeObject): KubeObject {
  let before = printedBefore.get(resource);
  if (before === undefined) printedBefore.set(resource, (before = new WeakMap()));
  let printed = before.get(object);
  if (printed === undefined) before.set(object, (printed = print(resource, object)));
  return printed;
}

function print(resource: Resource, object: KubeObject): KubeObject {
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

/** An item of a list, as Go prints it: items do not repeat their kind. */
export function asListed(resource: Resource, object: KubeObject): KubeObject {
  const printed = asPrinted(resource, object);
  let item = itemsBefore.get(printed);
  if (item === undefined) {
    const { apiVersion: _apiVersion, kind: _kind, ...rest } = printed;
    itemsBefore.set(printed, (item = rest as KubeObject));
  }
  return item;
}
