import type { JsonObject } from "../../base/json.ts";

// Follows kubectl/pkg/util/rbac: BreakdownRule, CompactRules, SortableRuleSlice, CombineResourceGroup.

function texts(rule: JsonObject, key: string): readonly string[] {
  const value = rule[key];
  return Array.isArray(value) ? value.map(String) : [];
}

/** "deployments.apps/scale" */
function qualified(resource: string, group: string): string {
  if (group === "") return resource;
  const [plural = "", subresource] = resource.split("/");
  return `${plural}.${group}${subresource === undefined ? "" : `/${subresource}`}`;
}

/** Rules as rows of resources, other URLs, names and verbs: those about one resource are one row, and all stand in the order of their text form. */
export function ruleRows(rules: readonly JsonObject[]): readonly (readonly string[])[] {
  const simple = new Map<string, Set<string>>();
  const rows: { readonly order: string; readonly cells: readonly string[] }[] = [];
  const add = (verbs: readonly string[], group: string | null, resource: string, names: readonly string[], urls: readonly string[]) =>
    rows.push({
      order: `Verbs:[${verbs.join(" ")}],APIGroups:[${group ?? ""}],Resources:[${resource}],ResourceNames:[${names.join(" ")}],NonResourceURLs:[${urls.join(" ")}],`,
      cells: [group === null ? "" : qualified(resource, group), `[${urls.join(" ")}]`, `[${names.join(" ")}]`, `[${verbs.join(" ")}]`],
    });
  for (const rule of rules) {
    const names = texts(rule, "resourceNames");
    const verbs = texts(rule, "verbs");
    for (const group of texts(rule, "apiGroups")) {
      for (const resource of texts(rule, "resources")) {
        const key = `${group}\n${resource}`;
        if (names.length > 0) for (const name of names) add(verbs, group, resource, [name], []);
        else simple.set(key, new Set([...(simple.get(key) ?? []), ...verbs]));
      }
    }
    for (const url of texts(rule, "nonResourceURLs")) add(verbs, null, "", [], [url]);
  }
  for (const [key, verbs] of simple) add([...verbs], key.split("\n")[0] ?? "", key.split("\n")[1] ?? "", [], []);
  return rows.sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0)).map(({ cells }) => cells);
}
