import type { Json } from "../../base/json.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { Column } from "../../kinds/define.ts";
import type { Resource } from "../resources.ts";
import type { ListMeta } from "./encodeObject.ts";
import { asPrinted } from "./printed.ts";
import { inVersion } from "../versions.ts";
import { partialObjectMetadata } from "./partialMetadata.ts";

/** A Table as the server prints one; watches leave the columns out after their first row. Follows printers/tablegenerator.go. */
export function tableOf(resource: Resource, objects: readonly KubeObject[], meta: ListMeta, includeObject: string, nowUs: number, withColumns: boolean, outside: boolean): Json {
  const { columns } = resource.kind;
  return {
    kind: "Table", apiVersion: "meta.k8s.io/v1", metadata: meta as unknown as Json,
    columnDefinitions: withColumns ? columnDefinitions(columns) : null,
    rows: objects.map((object) => rowOf(resource, object, includeObject, nowUs, outside)),
  };
}

const definitions = new WeakMap<readonly Column<KubeObject>[], Json>();

/** Of all columns, the wide ones too: the client chooses by priority. */
export function columnDefinitions(columns: readonly Column<KubeObject>[]): Json {
  let json = definitions.get(columns);
  if (json === undefined) {
    json = columns.map((column) => ({ name: column.name, type: column.type, format: column.format ?? "", description: column.description ?? "", priority: column.priority }));
    definitions.set(columns, json);
  }
  return json;
}

function rowOf(resource: Resource, object: KubeObject, includeObject: string, nowUs: number, outside: boolean): Json {
  return { cells: resource.kind.columns.map((column) => column.cell(object, nowUs)), object: rowObject(resource, object, includeObject, outside) };
}

function rowObject(resource: Resource, object: KubeObject, includeObject: string, outside: boolean): Json {
  switch (includeObject) {
    case "None":
      return null;
    case "Object":
      return (outside ? asPrinted(resource, object) : inVersion(resource, object)) as unknown as Json;
    default:
      return partialObjectMetadata(object);
  }
}
