import { matches, parseSelector, type Selector } from "../../apimachinery/labels.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { Resource } from "../resources.ts";

export interface FieldRequirement {
  readonly field: string;
  readonly negated: boolean;
  readonly value: string;
}

/** Which objects of a collection are asked for: the path's namespace, labels, fields. */
export interface Selection {
  readonly namespace: string;
  readonly labels: Selector | null;
  readonly fields: readonly FieldRequirement[];
}

/** A selection from the texts of a request. Throws SelectorError for bad labels; field texts must have been parsed once. */
export function selectionOf(namespace: string, labelSelector: string, fields: readonly FieldRequirement[]): Selection {
  return { namespace, labels: labelSelector === "" ? null : parseSelector(labelSelector), fields };
}

/** The text of a field of an object: what selectors compare. */
export function fieldValue(resource: Resource, object: KubeObject, field: string): string {
  if (field === "metadata.name") return object.metadata.name;
  if (field === "metadata.namespace") return object.metadata.namespace ?? "";
  return resource.kind.selectableFields[field]?.(object) ?? "";
}

export function selects(resource: Resource, selection: Selection, object: KubeObject): boolean {
  if (selection.namespace !== "" && object.metadata.namespace !== selection.namespace) return false;
  if (selection.labels !== null && !matches(selection.labels, object.metadata.labels ?? {})) return false;
  for (const requirement of selection.fields) {
    if ((fieldValue(resource, object, requirement.field) === requirement.value) === requirement.negated) return false;
  }
  return true;
}

export function isEverything(selection: Selection): boolean {
  return selection.namespace === "" && selection.labels === null && selection.fields.length === 0;
}

/** The one requirement by which watchers of this selection are found: an exact field, else the namespace. */
export function triggerOf(selection: Selection): FieldRequirement | null {
  const exact = selection.fields.find((requirement) => !requirement.negated);
  if (exact !== undefined) return exact;
  return selection.namespace === "" ? null : { field: "metadata.namespace", negated: false, value: selection.namespace };
}

/** "a=b,c!=d" as upstream's fields.ParseSelector reads it; the answer is a text where it cannot be read. */
export function parseFieldSelector(text: string): readonly FieldRequirement[] | string {
  const requirements: FieldRequirement[] = [];
  for (const term of splitTerms(text)) {
    if (term === "") continue;
    const at = findOperator(term);
    if (at === null) return `invalid selector: '${text}'; can't understand '${term}'`;
    const value = unescapeValue(term.slice(at.index + at.operator.length));
    if (value === null) return `invalid field selector: invalid escape sequence or unescaped character`;
    requirements.push({ field: term.slice(0, at.index), negated: at.operator === "!=", value });
  }
  return requirements;
}

/** Splits at commas that no backslash protects. */
function splitTerms(text: string): readonly string[] {
  const terms: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === ",") {
      terms.push(text.slice(start, at));
      start = at + 1;
    }
  }
  terms.push(text.slice(start));
  return terms;
}

function findOperator(term: string): { readonly index: number; readonly operator: string } | null {
  for (let index = 0; index < term.length; index++) {
    for (const operator of ["!=", "==", "="]) {
      if (term.startsWith(operator, index)) return { index, operator };
    }
  }
  return null;
}

function unescapeValue(text: string): string | null {
  let value = "";
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (character === "\\") {
      const next = text[++at];
      if (next !== "\\" && next !== "," && next !== "=") return null;
      value += next;
    } else if (character === "," || character === "=") return null;
    else value += character;
  }
  return value;
}
