import type { Node } from "./types.ts";
import type { NodeSelectorRequirement, NodeSelectorTerm } from "../pod/types.ts";

/** Follows component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go. */
function integerOf(text: string | undefined): number | null {
  return text !== undefined && /^[+-]?\d+$/.test(text) ? Number(text) : null;
}

function requirementHolds(requirement: NodeSelectorRequirement, values: Readonly<Record<string, string>>): boolean {
  const value = Object.hasOwn(values, requirement.key) ? values[requirement.key] : undefined;
  const allowed = requirement.values ?? [];
  switch (requirement.operator) {
    case "In": return value !== undefined && allowed.includes(value);
    case "NotIn": return value === undefined || !allowed.includes(value);
    case "Exists": return value !== undefined;
    case "DoesNotExist": return value === undefined;
    case "Gt":
    case "Lt": {
      const left = integerOf(value);
      const right = integerOf(allowed[0]);
      if (left === null || right === null) return false;
      return requirement.operator === "Gt" ? left > right : left < right;
    }
    default: return false;
  }
}

/** A term without expressions matches nothing. */
export function termMatches(term: NodeSelectorTerm, node: Node): boolean {
  const expressions = term.matchExpressions ?? [];
  const fields = term.matchFields ?? [];
  if (expressions.length === 0 && fields.length === 0) return false;
  return expressions.every((requirement) => requirementHolds(requirement, node.metadata.labels ?? {}))
    && fields.every((requirement) => requirementHolds(requirement, { "metadata.name": node.metadata.name }));
}

/** Terms are alternatives. */
export function anyTermMatches(terms: readonly NodeSelectorTerm[], node: Node): boolean {
  return terms.some((term) => termMatches(term, node));
}

export function nodeSelectorMatches(selector: Readonly<Record<string, string>>, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  for (const key in selector) if (Object.hasOwn(selector, key) && !(Object.hasOwn(labels, key) && labels[key] === selector[key])) return false;
  return true;
}
