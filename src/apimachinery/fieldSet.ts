import type { JsonObject } from "../base/json.ts";

/**
 * A set of field paths in the very form of FieldsV1, so that nothing is converted when it is stored: {} is a member, "." marks a member that has
 * members below, keys are f:<field>, k:<keys of a list item> and v:<item of a set>. Sets are immutable and share their parts.
 * Follows sigs.k8s.io/structured-merge-diff/fieldpath.
 */
export type FieldSet = JsonObject;

export const leaf: FieldSet = {};
export const emptySet: FieldSet = {};

function childOf(set: FieldSet, key: string): FieldSet | undefined {
  return Object.hasOwn(set, key) ? (set[key] as FieldSet) : undefined;
}

function hasKeys(set: FieldSet): boolean {
  for (const _ in set) return true;
  return false;
}

/** Whether the node itself is in the set; the root never is. */
export function isMember(node: FieldSet): boolean {
  return !hasKeys(node) || Object.hasOwn(node, ".");
}

/** Whether a root holds nothing. */
export function isEmptySet(root: FieldSet): boolean {
  return !hasKeys(root);
}

/** A node of its parts; null where nothing is left. */
function node(member: boolean, children: Record<string, FieldSet> | null): FieldSet | null {
  if (children === null || !hasKeys(children)) return member ? leaf : null;
  return member ? { ".": leaf, ...children } : children;
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || !hasKeys(b)) return a;
  if (!hasKeys(a)) return b;
  const out: Record<string, FieldSet> = {};
  let changed = false;
  for (const key in a) out[key] = a[key] as FieldSet;
  for (const key in b) {
    const theirs = b[key] as FieldSet;
    const ours = out[key];
    const merged = ours === undefined ? theirs : key === "." ? leaf : unionNodes(ours, theirs);
    if (merged === ours) continue;
    out[key] = merged;
    changed = true;
  }
  return changed ? out : a;
}

function unionNodes(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b) return a;
  const member = isMember(a) || isMember(b);
  if (!hasKeys(a)) return !hasKeys(b) || Object.hasOwn(b, ".") ? b : { ".": leaf, ...b };
  if (!hasKeys(b)) return Object.hasOwn(a, ".") ? a : { ".": leaf, ...a };
  const merged = union(a, b);
  return member && !Object.hasOwn(merged, ".") ? { ".": leaf, ...merged } : merged;
}

/** The members of `a` that are not members of `b`, path by path: taking a parent away leaves its children. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  if (!hasKeys(b) || !hasKeys(a)) return a;
  const out = childrenLess(a, b);
  return out === a ? a : (out ?? emptySet);
}

/** Children of a without those of b; a itself where nothing goes; null where none is left. */
function childrenLess(a: FieldSet, b: FieldSet): Record<string, FieldSet> | FieldSet | null {
  let out: Record<string, FieldSet> | null = null;
  for (const key in b) {
    if (key === ".") continue;
    const ours = childOf(a, key);
    if (ours === undefined) continue;
    const rest = nodeLess(ours, b[key] as FieldSet);
    if (rest === ours) continue;
    out ??= { ...a } as Record<string, FieldSet>;
    if (rest === null) out = withoutKey(out, key);
    else out[key] = rest;
  }
  return out ?? a;
}

/** Not by `delete`, which would make it one of the engine's slow objects. */
function withoutKey(set: Record<string, FieldSet>, gone: string): Record<string, FieldSet> {
  const out: Record<string, FieldSet> = {};
  for (const key in set) if (key !== gone) out[key] = set[key] as FieldSet;
  return out;
}

function nodeLess(a: FieldSet, b: FieldSet): FieldSet | null {
  const wasMember = isMember(a);
  const member = wasMember && !isMember(b);
  const rest = childrenLess(a, b) ?? {};
  if (rest === a && member === wasMember) return a;
  const children: Record<string, FieldSet> = {};
  for (const key in rest) if (key !== ".") children[key] = rest[key] as FieldSet;
  return node(member, children);
}

/** The set without all that is at or below this path of fields. */
export function withoutPath(set: FieldSet, path: readonly string[]): FieldSet {
  const [first = "", ...rest] = path;
  const key = `f:${first}`;
  if (!Object.hasOwn(set, key)) return set;
  const below = rest.length === 0 ? emptySet : withoutPath(set[key] as FieldSet, rest);
  return hasKeys(below) ? { ...set, [key]: below } : withoutKey(set as Record<string, FieldSet>, key);
}

/** The members that both have. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  return commonChildren(a, b) ?? emptySet;
}

function commonChildren(a: FieldSet, b: FieldSet): Record<string, FieldSet> | null {
  let out: Record<string, FieldSet> | null = null;
  for (const key in a) {
    if (key === ".") continue;
    const theirs = childOf(b, key);
    if (theirs === undefined) continue;
    const ours = a[key] as FieldSet;
    const common = node(isMember(ours) && isMember(theirs), commonChildren(ours, theirs));
    if (common === null) continue;
    out ??= {};
    out[key] = common;
  }
  return out;
}

/** All paths, each as its elements ("f:spec", "f:replicas"), in the order of the set. */
export function paths(set: FieldSet): readonly (readonly string[])[] {
  const out: string[][] = [];
  const walk = (node: FieldSet, prefix: readonly string[]): void => {
    for (const key of Object.keys(node).sort()) {
      if (key === ".") continue;
      const child = node[key] as FieldSet;
      const path = [...prefix, key];
      if (isMember(child)) out.push(path);
      walk(child, path);
    }
  };
  walk(set, []);
  return out;
}

/** A set of one path. */
export function setOfPath(path: readonly string[]): FieldSet {
  let out: FieldSet = leaf;
  for (let at = path.length - 1; at >= 0; at--) out = { [path[at] ?? ""]: out };
  return out;
}

/** As conflicts print a path: .spec.template.spec.containers[name="a"].image */
export function pathText(path: readonly string[]): string {
  return path.map(elementText).join("");
}
function elementText(element: string): string {
  const rest = element.slice(2);
  if (element.startsWith("f:")) return `.${rest}`;
  if (element.startsWith("k:")) {
    const keys = JSON.parse(rest) as JsonObject;
    return `[${Object.keys(keys).sort().map((key) => `${key}=${JSON.stringify(keys[key])}`).join(",")}]`;
  }
  return element.startsWith("v:") ? `[=${rest}]` : `[${rest}]`;
}
