import type { Json } from "../../base/json.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { Column } from "../../kinds/define.ts";
import type { Resource } from "../resources.ts";
import type { ListMeta } from "./encodeObject.ts";
import { partialObjectMetadata } from "./partialMetadata.ts";

/** A Table as the server prints one; watches leave the columns out after their first row. Follows printers/tablegenerator.go. */
export function tableOf(resource: Resource, objects: readonly KubeObject[], meta: ListMeta, includeObject: string, nowUs: number, withColumns: boolean): Json {
  const { columns } = resource.kind;
  return {
    kind: "Table", apiVersion: "meta.k8s.io/v1", metadata: meta as unknown as Json,
    columnDefinitions: withColumns ? columnDefinitions(columns) : null,
    rows: objects.map((object) => rowOf(columns, object, includeObject, nowUs)),
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

function rowOf(columns: readonly Column<KubeObject>[], object: KubeObject, includeObject: string, nowUs: number): Json {
  return { cells: columns.map((column) => column.cell(object, nowUs)), object: rowObject(object, includeObject) };
}

function rowObject(object: KubeObject, includeObject: string): Json {
  switch (includeObject) {
    case "None":
      return null;
    case "Object":
      return object as unknown as Json;
    default:
      return partialObjectMetadata(object);
  }
}
