/** Verbs of an ordinary stored resource, in the order of discovery. */
export const storedVerbs: readonly string[] = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
