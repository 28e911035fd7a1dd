import type { Json } from "../../base/json.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { Resource } from "../resources.ts";
import type { AcceptedForm, Form } from "./accept.ts";
import { inVersion } from "../versions.ts";
import { partialObjectMetadata, partialObjectMetadataList } from "./partialMetadata.ts";
import { asListed, asPrinted } from "./printed.ts";
import { tableOf, type Printing } from "./table.ts";

/** Shape of a list's metadata, as it is answered. */
export interface ListMeta {
  /** Absent where nothing is stored. */
  readonly resourceVersion?: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** `object` is as it is stored: rows and metadata are made of that. `printing`: whole, as Go prints it; null for processes inside. */
export function encodeObject(resource: Resource, object: KubeObject, form: Form, includeObject: string, nowUs: number, printing: Printing | null): Json {
  switch (form) {
    case "object":
      return (printing !== null ? asPrinted(resource, object) : inVersion(resource, object)) as unknown as Json;
    case "partial":
      return partialObjectMetadata(object);
    case "table":
      // kubectl shows one object with the resource version of the object.
      return tableOf(resource, [object], { resourceVersion: object.metadata.resourceVersion }, includeObject, nowUs, true, printing);
  }
}

/** An object of a watch. Only the first Table of a watch names the columns. */
export function encodeFrame(resource: Resource, object: KubeObject, accepted: FrameForm, nowUs: number, printing: Printing | null): Json {
  if (accepted.form !== "table") return encodeObject(resource, object, accepted.form, accepted.includeObject, nowUs, printing);
  return tableOf(resource, [object], { resourceVersion: object.metadata.resourceVersion }, accepted.includeObject, nowUs, accepted.withColumns, printing);
}

export interface FrameForm {
  readonly form: Form;
  readonly includeObject: string;
  readonly withColumns: boolean;
}

export function encodeList(resource: Resource, objects: readonly KubeObject[], meta: ListMeta, accepted: AcceptedForm, includeObject: string, nowUs: number, printing: Printing | null): Json {
  switch (accepted.form) {
    case "object":
      return { kind: `${resource.kind.gvk.kind}List`, apiVersion: resource.apiVersion, metadata: meta as unknown as Json, items: itemsOf(resource, objects, printing) as unknown as Json };
    case "partial":
      return partialObjectMetadataList(objects, meta as unknown as Json);
    case "table":
      return tableOf(resource, objects, meta, includeObject, nowUs, true, printing);
  }
}

function itemsOf(resource: Resource, objects: readonly KubeObject[], printing: Printing | null): readonly KubeObject[] {
  if (printing !== null) return objects.map((object) => asListed(resource, object));
  return resource.conversion === null ? objects : objects.map((object) => inVersion(resource, object));
}
