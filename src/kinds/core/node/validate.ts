import type { FieldError } from "../../../apimachinery/status.ts";
import type { Node } from "./types.ts";

export function validateNode(_node: Node): readonly FieldError[] {
  return [];
}
export function validateNodeUpdate(_node: Node, _old: Node): readonly FieldError[] {
  return [];
}
export function nodeWarnings(_node: Node, _old: Node | null): readonly string[] {
  return [];
}
