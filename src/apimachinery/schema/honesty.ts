/** What is simulated here, and what is not, as users are told. */
export const decoding = {
  component: "apimachinery/schema",
  implemented: [
    "wrong types, ranges, quantities, times and base64 in Go's words", "unknown fields: pruned, named, refused", "null and zero values as Go keeps them", "canonical quantities and times",
    "defaults that need only a field's absence",
  ],
  notImplemented: [
    "how a number was spelled (1.0, 1e3): it is gone once the body is parsed", "whether an always-present list was absent or empty", "which optional scalars are pointers outside the commonest kinds: a written zero is then kept",
    "the names of rarely used Go types in complaints",
  ],
} as const;

export const openapi = {
  component: "apimachinery/openapi",
  implemented: ["v3 documents a group version with paths, schemas, defaults and enums", "the v3 index", "the paths of discovery, version and keys", "the v2 document as JSON", "list types, merge keys, patch strategies, unions, group version kinds"],
  notImplemented: ["the documents, and the descriptions of Tables' columns, for programs inside the cluster (501, and empty)", "the protobuf form of both (406; clients fall back to JSON)", "paths of watch, log, exec, attach, port-forward and proxy", "descriptions of fields that refer to a type, which the typed models have lost"],
} as const;
