import { deepEqual } from "../../base/deepEqual.ts";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { setOwn } from "../schema/decode.ts";
import { badRequest, requestEntityTooLarge } from "../statusErrors.ts";
import { cannotUnmarshal, type PatchResult, unprocessable } from "./patchResult.ts";

// RFC 6902 as the API server's library does it: negative indexes count from the end, a failed operation refuses the whole patch.

const maxOperations = 10_000;

class PatchFailed extends Error {}

/** Applies a list of operations; the object is shared where they do not reach. */
export function applyJsonPatch(object: JsonObject, patch: Json): PatchResult {
  if (!Array.isArray(patch)) return { ok: false, answer: badRequest(`error decoding patch: ${cannotUnmarshal(patch, "[]handlers.jsonPatchOp")}`) };
  const operations = patch as readonly Json[];
  if (operations.length > maxOperations) {
    return { ok: false, answer: requestEntityTooLarge(`The allowed maximum operations in a JSON patch is ${maxOperations}, got ${operations.length}`) };
  }
  const stray = operations.find((operation) => operation !== null && !isJsonObject(operation));
  if (stray !== undefined) return { ok: false, answer: badRequest(`error decoding patch: ${cannotUnmarshal(stray, "handlers.jsonPatchOp")}`) };
  let document: Json = object;
  try {
    for (const operation of operations) document = step(document, isJsonObject(operation) ? operation : {});
  } catch (error) {
    if (error instanceof PatchFailed) return { ok: false, answer: unprocessable() };
    throw error;
  }
  return isJsonObject(document) ? { ok: true, value: document } : { ok: false, answer: unprocessable() };
}

function step(document: Json, operation: JsonObject): Json {
  const path = pointer(operation["path"]);
  switch (operation["op"]) {
    case "add": return add(document, path, valueOf(operation));
    case "remove": return remove(document, path);
    case "replace": return path.length === 0 ? valueOf(operation) : replace(document, path, valueOf(operation));
    case "move": {
      const from = pointer(operation["from"]);
      if (path.length > from.length && from.every((token, at) => token === path[at])) throw new PatchFailed();
      const value = read(document, from);
      return add(remove(document, from), path, value);
    }
    case "copy": return add(document, path, read(document, pointer(operation["from"])));
    case "test": {
      // A path that is not there equals null.
      const expected = operation["value"] ?? null;
      const found = tryRead(document, path);
      if (found === undefined ? expected !== null : !deepEqual(found, expected)) throw new PatchFailed();
      return document;
    }
    default: throw new PatchFailed();
  }
}

function valueOf(operation: JsonObject): Json {
  const value = operation["value"];
  if (value === undefined) throw new PatchFailed();
  return value;
}

function pointer(text: Json | undefined): readonly string[] {
  if (typeof text !== "string") throw new PatchFailed();
  if (text === "") return [];
  const [first, ...tokens] = text.split("/");
  if (first !== "") throw new PatchFailed();
  return tokens.map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}

const indexText = /^-?(0|[1-9][0-9]*)$/;

/** `size` is how many places there are: one more than items where an item is added. */
function indexOf(token: string, size: number): number {
  if (!indexText.test(token)) throw new PatchFailed();
  const given = Number(token);
  const at = given < 0 ? given + size : given;
  if (at < 0 || at >= size) throw new PatchFailed();
  return at;
}

function tryRead(document: Json, path: readonly string[]): Json | undefined {
  let value: Json | undefined = document;
  for (const token of path) {
    if (Array.isArray(value)) value = indexText.test(token) ? (value as readonly Json[]).at(Number(token)) : undefined;
    else if (isJsonObject(value)) value = Object.hasOwn(value, token) ? value[token] : undefined;
    else return undefined;
  }
  return value;
}
function read(document: Json, path: readonly string[]): Json {
  const value = tryRead(document, path);
  if (value === undefined) throw new PatchFailed();
  return value;
}

/** Rebuilds the way to the parent of the last token and lets `change` make the new parent. */
function atParent(document: Json, path: readonly string[], change: (parent: Json, last: string) => Json): Json {
  const [token, ...rest] = path;
  if (token === undefined) throw new PatchFailed();
  if (rest.length === 0) return change(document, token);
  if (Array.isArray(document)) {
    const items = [...(document as readonly Json[])];
    const at = indexOf(token, items.length);
    items[at] = atParent(items[at] ?? null, rest, change);
    return items;
  }
  if (!isJsonObject(document) || !Object.hasOwn(document, token)) throw new PatchFailed();
  const out = { ...document };
  setOwn(out, token, atParent(document[token] ?? null, rest, change));
  return out;
}

function add(document: Json, path: readonly string[], value: Json): Json {
  if (path.length === 0) return value;
  return atParent(document, path, (parent, last) => {
    if (Array.isArray(parent)) {
      const items = parent as readonly Json[];
      const at = last === "-" ? items.length : indexOf(last, items.length + 1);
      return [...items.slice(0, at), value, ...items.slice(at)];
    }
    if (!isJsonObject(parent)) throw new PatchFailed();
    const out = { ...parent };
    setOwn(out, last, value);
    return out;
  });
}

function replace(document: Json, path: readonly string[], value: Json): Json {
  read(document, path);
  return atParent(document, path, (parent, last) => {
    if (Array.isArray(parent)) {
      const items = [...(parent as readonly Json[])];
      items[indexOf(last, items.length)] = value;
      return items;
    }
    const out = { ...(parent as JsonObject) };
    setOwn(out, last, value);
    return out;
  });
}

function remove(document: Json, path: readonly string[]): Json {
  return atParent(document, path, (parent, last) => {
    if (Array.isArray(parent)) {
      const items = parent as readonly Json[];
      const at = indexOf(last, items.length);
      return [...items.slice(0, at), ...items.slice(at + 1)];
    }
    if (!isJsonObject(parent) || !Object.hasOwn(parent, last)) throw new PatchFailed();
    const out = { ...parent };
    delete out[last];
    return out;
  });
}
