import { wireForm } from "../../apimachinery/schema/wire.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { schemas } from "../../kinds/schemaTable.ts";
import type { Resource } from "../resources.ts";
import type { AcceptedForm, Form } from "./accept.ts";
import { partialObjectMetadata, partialObjectMetadataList } from "./partialMetadata.ts";
import { tableOf } from "./table.ts";

/** Shape of a list's metadata, as it is answered. */
export interface ListMeta {
  /** Absent where nothing is stored. */
  readonly resourceVersion?: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** As Go prints it to the outside: lists that are always there are null where they are empty. */
export function asPrinted(resource: Resource, object: KubeObject): KubeObject {
  const schema = schemas.object(resource.kind.schema);
  if (schema === null) return object;
  const printed = wireForm(schema, object as unknown as JsonObject);
  const absent = listsAlwaysThere(resource).filter((field) => printed[field] === undefined);
  if (absent.length === 0) return printed as unknown as KubeObject;
  return { ...printed, ...Object.fromEntries(absent.map((field) => [field, null])) } as unknown as KubeObject;
}

const alwaysThere = new WeakMap<Resource, readonly string[]>();

function listsAlwaysThere(resource: Resource): readonly string[] {
  let fields = alwaysThere.get(resource);
  if (fields === undefined) {
    const schema = schemas.object(resource.kind.schema);
    fields = (schema?.alwaysPresent ?? []).filter((field) => field.type.type === "list").map((field) => field.name);
    alwaysThere.set(resource, fields);
  }
  return fields;
}

export function encodeObject(resource: Resource, object: KubeObject, form: Form, includeObject: string, nowUs: number): Json {
  switch (form) {
    case "object":
      return object as unknown as Json;
    case "partial":
      return partialObjectMetadata(object);
    case "table":
      // kubectl shows one object with the resource version of the object.
      return tableOf(resource, [object], { resourceVersion: object.metadata.resourceVersion }, includeObject, nowUs, true);
  }
}

/** An object of a watch. Only the first Table of a watch names the columns. */
export function encodeFrame(resource: Resource, object: KubeObject, accepted: FrameForm, nowUs: number): Json {
  if (accepted.form !== "table") return encodeObject(resource, object, accepted.form, accepted.includeObject, nowUs);
  return tableOf(resource, [object], { resourceVersion: object.metadata.resourceVersion }, accepted.includeObject, nowUs, accepted.withColumns);
}

export interface FrameForm {
  readonly form: Form;
  readonly includeObject: string;
  readonly withColumns: boolean;
}

export function encodeList(resource: Resource, objects: readonly KubeObject[], meta: ListMeta, accepted: AcceptedForm, includeObject: string, nowUs: number): Json {
  switch (accepted.form) {
    case "object":
      return { kind: `${resource.kind.gvk.kind}List`, apiVersion: resource.apiVersion, metadata: meta as unknown as Json, items: objects as unknown as Json };
    case "partial":
      return partialObjectMetadataList(objects, meta as unknown as Json);
    case "table":
      return tableOf(resource, objects, meta, includeObject, nowUs, true);
  }
}
