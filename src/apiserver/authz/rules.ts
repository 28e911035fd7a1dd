// Follows pkg/apis/rbac/v1/evaluation_helpers.go and component-helpers/auth/rbac/validation/policy_comparator.go.
import type { PolicyRule } from "../../kinds/rbac/types.ts";
import { goQuote } from "../../apimachinery/goFormat.ts";
import { compareText } from "../../base/compareText.ts";

const none: readonly string[] = [];

function has(list: readonly string[] | undefined, value: string): boolean {
  return list !== undefined && (list.includes("*") || list.includes(value));
}

function resourceMatches(rule: readonly string[], resource: string): boolean {
  if (has(rule, resource)) return true;
  const slash = resource.indexOf("/");
  return slash >= 0 && rule.includes(`*${resource.slice(slash)}`);
}

/** `resource`: "pods", "pods/status". The names that the rule is limited to are not looked at. */
export function ruleCoversResource(rule: PolicyRule, verb: string, group: string, resource: string): boolean {
  return has(rule.verbs, verb) && has(rule.apiGroups, group) && resourceMatches(rule.resources ?? none, resource);
}

export function ruleCoversPath(rule: PolicyRule, verb: string, path: string): boolean {
  return has(rule.verbs, verb) && (rule.nonResourceURLs ?? none).some((url) => url === "*" || pathCovers(url, path));
}

function pathCovers(url: string, path: string): boolean {
  if (url === path) return true;
  if (!url.endsWith("*")) return false;
  let end = url.length;
  while (end > 0 && url[end - 1] === "*") end--;
  return path.startsWith(url.slice(0, end));
}

/** What of the wanted rules those that are held do not cover, each broken down to one verb on one resource. */
export function missingRights(held: readonly PolicyRule[], wanted: readonly PolicyRule[]): readonly PolicyRule[] {
  return wanted.flatMap(brokenDown).filter((rule) => !held.some((own) => covers(own, rule)));
}

function brokenDown(rule: PolicyRule): readonly PolicyRule[] {
  const parts: PolicyRule[] = [];
  for (const group of rule.apiGroups ?? none) {
    for (const resource of rule.resources ?? none) {
      for (const verb of rule.verbs ?? none) {
        const part = { apiGroups: [group], resources: [resource], verbs: [verb] };
        const names = rule.resourceNames ?? none;
        if (names.length === 0) parts.push(part);
        else for (const name of names) parts.push({ ...part, resourceNames: [name] });
      }
    }
  }
  for (const url of rule.nonResourceURLs ?? none) for (const verb of rule.verbs ?? none) parts.push({ nonResourceURLs: [url], verbs: [verb] });
  return parts;
}

function covers(own: PolicyRule, part: PolicyRule): boolean {
  if (!has(own.verbs, part.verbs?.[0] ?? "")) return false;
  const url = part.nonResourceURLs?.[0];
  if (url !== undefined) return (own.nonResourceURLs ?? none).some((held) => pathCovers(held, url));
  const names = own.resourceNames ?? none;
  const name = part.resourceNames?.[0];
  return has(own.apiGroups, part.apiGroups?.[0] ?? "") && resourceMatches(own.resources ?? none, part.resources?.[0] ?? "") && (names.length === 0 || (name !== undefined && names.includes(name)));
}

/** The verbs on one resource in one rule. Follows pkg/registry/rbac/validation/policy_compact.go. */
export function compactRules(rules: readonly PolicyRule[]): readonly PolicyRule[] {
  const simple = new Map<string, PolicyRule>();
  const others: PolicyRule[] = [];
  for (const rule of rules) {
    const { apiGroups = none, resources = none, resourceNames = none, nonResourceURLs = none, verbs = none } = rule;
    if (apiGroups.length !== 1 || resources.length !== 1 || resourceNames.length > 1 || nonResourceURLs.length > 0) {
      others.push(rule);
      continue;
    }
    const key = JSON.stringify([apiGroups, resources, resourceNames]);
    const before = simple.get(key);
    simple.set(key, before === undefined ? rule : { ...before, verbs: [...new Set([...(before.verbs ?? none), ...verbs])] });
  }
  return [...others, ...simple.values()];
}

/** `{APIGroups:[""], Resources:["pods"], Verbs:["get"]}`, sorted, each once. */
export function describeRules(rules: readonly PolicyRule[]): readonly string[] {
  return [...new Set(rules.map(describeRule))].sort(compareText);
}

const shown = [["APIGroups", "apiGroups"], ["Resources", "resources"], ["NonResourceURLs", "nonResourceURLs"], ["ResourceNames", "resourceNames"], ["Verbs", "verbs"]] as const;

function describeRule(rule: PolicyRule): string {
  const parts = shown.flatMap(([title, field]) => ((rule[field] ?? none).length === 0 ? [] : [`${title}:${goQuotedList(rule[field] ?? none)}`]));
  return `{${parts.join(", ")}}`;
}

/** Go's %q of a list. */
export function goQuotedList(texts: readonly string[]): string {
  return `[${texts.map(goQuote).join(" ")}]`;
}
