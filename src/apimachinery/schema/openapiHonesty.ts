/** Of openapi.ts, which is loaded later than it is told of. */
export const honesty = {
  component: "apimachinery/openapi",
  implemented: ["v3 documents a group version with paths, schemas, defaults and enums", "the v3 index", "the paths of discovery, version and keys", "the v2 document as JSON", "list types, merge keys, patch strategies, unions, group version kinds"],
  notImplemented: ["the documents, and the descriptions of Tables' columns, for programs inside the cluster (501, and empty)", "the protobuf form of both (406; clients fall back to JSON)", "paths of watch, log, exec, attach, port-forward and proxy", "descriptions of fields that refer to a type, which the typed models have lost"],
} as const;
