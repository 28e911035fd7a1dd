import type { Json } from "../../base/json.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { Column } from "../../kinds/define.ts";
import type { ColumnTexts, DocumentShelf } from "../clientDocuments.ts";
import type { Resource } from "../resources.ts";
import type { ObjectCache } from "../watch/objectCache.ts";
import type { ListMeta } from "./encodeObject.ts";
import { asPrinted } from "./printed.ts";
import { inVersion } from "../versions.ts";
import { partialObjectMetadata } from "./partialMetadata.ts";

/** How answers to the outside are printed; processes inside are given what is stored, and no texts for people. */
export interface Printing {
  readonly options: { readonly documents: DocumentShelf };
  /** What a row depends on beside its object. */
  readonly cache: Pick<ObjectCache, "range">;
}

/** A Table as the server prints one; watches leave the columns out after their first row. Follows printers/tablegenerator.go. */
export function tableOf(resource: Resource, objects: readonly KubeObject[], meta: ListMeta, includeObject: string, nowUs: number, withColumns: boolean, printing: Printing | null): Json {
  const { columns } = resource.kind;
  return {
    kind: "Table", apiVersion: "meta.k8s.io/v1", metadata: meta as unknown as Json,
    columnDefinitions: withColumns ? columnDefinitions(columns, printing?.options.documents.current?.columns ?? null) : null,
    rows: objects.map((object) => rowOf(resource, object, includeObject, nowUs, printing)),
  };
}

const definitions = new WeakMap<readonly Column<KubeObject>[], { readonly texts: ColumnTexts | null; readonly json: Json }>();

/** Of all columns, the wide ones too: the client chooses by priority. */
export function columnDefinitions(columns: readonly Column<KubeObject>[], texts: ColumnTexts | null): Json {
  const known = definitions.get(columns);
  if (known !== undefined && known.texts === texts) return known.json;
  const json = columns.map(({ name, type, format, description, priority }) => ({ name, type, format: format ?? "", description: description === undefined ? "" : (texts?.[description] ?? ""), priority }));
  definitions.set(columns, { texts, json });
  return json;
}

function rowOf(resource: Resource, object: KubeObject, includeObject: string, nowUs: number, printing: Printing | null): Json {
  const { columns, amongOthers } = resource.kind;
  const shown = amongOthers === undefined || printing === null ? object : amongOthers(object, othersOf(printing, resource));
  return { cells: columns.map((column) => column.cell(shown, nowUs)), object: rowObject(resource, object, includeObject, printing) };
}

function* othersOf({ cache }: Printing, resource: Resource): IterableIterator<KubeObject> {
  for (const [, object] of cache.range(resource, "")) yield object;
}

function rowObject(resource: Resource, object: KubeObject, includeObject: string, printing: Printing | null): Json {
  switch (includeObject) {
    case "None":
      return null;
    case "Object":
      return (printing !== null ? asPrinted(resource, object) : inVersion(resource, object)) as unknown as Json;
    default:
      return partialObjectMetadata(object);
  }
}
