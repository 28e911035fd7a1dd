import type { Json } from "../../base/json.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";

export function partialObjectMetadata(object: KubeObject): Json {
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: object.metadata as unknown as Json };
}

export function partialObjectMetadataList(objects: readonly KubeObject[], metadata: Json): Json {
  return { kind: "PartialObjectMetadataList", apiVersion: "meta.k8s.io/v1", metadata, items: objects.map(partialObjectMetadata) };
}
