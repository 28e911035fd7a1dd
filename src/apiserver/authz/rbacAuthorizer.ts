// Follows plugin/pkg/auth/authorizer/rbac/rbac.go and pkg/registry/rbac/validation/rule.go.
import { goQuote } from "../../apimachinery/goFormat.ts";
import { rbacGroup, type Binding, type PolicyRule, type Role, type RoleRef, type Subject } from "../../kinds/rbac/types.ts";
import type { UserInfo } from "../requestContext.ts";
import { objectKeyOf, type Resources } from "../resources.ts";
import type { ObjectCache } from "../watch/objectCache.ts";
import { silent, type Attributes, type Decision } from "./attributes.ts";
import { Grants, type Grant } from "./grants.ts";

/** The bindings of one subject, by "User alice"; each with the text that describes the subject. */
type Bound = ReadonlyMap<string, readonly { readonly binding: Binding; readonly order: number; readonly subject: string }[]>;

const mostIdentities = 1024;

/**
 * Who may do what by roles and bindings. All here follows from the cache: bindings by subject, and for every identity the rules it
 * holds in a namespace. It is forgotten when an rbac object changes, and made again for who asks.
 */
export class RbacAuthorizer {
  readonly #resources: Resources;
  readonly #cache: ObjectCache;
  /** By namespace; "" for the bindings of the whole cluster. */
  readonly #bound = new Map<string, Bound>();
  readonly #grants = new Map<string, Grants>();

  constructor(resources: Resources, cache: ObjectCache) {
    this.#resources = resources;
    this.#cache = cache;
  }

  /** A role or a binding has changed, or all has. */
  forget(): void {
    if (this.#grants.size > 0) this.#grants.clear();
    if (this.#bound.size > 0) this.#bound.clear();
  }

  authorize({ user, verb, target }: Attributes): Decision {
    const grants = this.grantsOf(user, "path" in target ? "" : target.namespace);
    const reason = "path" in target
      ? grants.path(verb, target.path)
      : grants.resource(verb, target.group, target.subresource === "" ? target.plural : `${target.plural}/${target.subresource}`, target.name);
    if (reason !== null) return { allowed: true, reason };
    return grants.errors.length === 0 ? silent : { allowed: false, reason: `RBAC: ${aggregate(grants.errors)}` };
  }

  /** All that a user holds in a namespace, cluster-wide bindings first. */
  grantsOf(user: UserInfo, namespace: string): Grants {
    const key = `${namespace}\n${user.name}\n${user.groups.join("\n")}`;
    let grants = this.#grants.get(key);
    if (grants === undefined) {
      if (this.#grants.size >= mostIdentities) this.#grants.clear();
      grants = this.#collect(user, namespace);
      this.#grants.set(key, grants);
    }
    return grants;
  }

  #collect(user: UserInfo, namespace: string): Grants {
    const all: Grant[] = [];
    const errors: string[] = [];
    for (const scope of namespace === "" ? [""] : ["", namespace]) {
      for (const { binding, subject } of this.#bindingsOf(user, scope)) {
        const { roleRef } = binding;
        const rules = this.rulesOf(roleRef, scope);
        if (rules === null) {
          errors.push(`${roleRef.kind.toLowerCase()}.${rbacGroup} ${goQuote(roleRef.name)} not found`);
          continue;
        }
        const by = scope === "" ? `ClusterRoleBinding ${goQuote(binding.metadata.name)}` : `RoleBinding ${goQuote(`${binding.metadata.name}/${scope}`)}`;
        const reason = `RBAC: allowed by ${by} of ${roleRef.kind} ${goQuote(roleRef.name)} to ${subject}`;
        for (const rule of rules) all.push({ rule, reason });
      }
    }
    return new Grants(all, errors);
  }

  /** The rules that a binding in a namespace ("" for the whole cluster) refers to; null where there is no such role. */
  rulesOf({ kind, name }: RoleRef, namespace: string): readonly PolicyRule[] | null {
    const resource = this.#resources.get(`${kind === "Role" ? "roles" : "clusterroles"}.${rbacGroup}`);
    const role = resource === null ? null : (this.#cache.get(resource, objectKeyOf(resource, namespace, name)) as Role | null);
    return role === null ? null : (role.rules ?? []);
  }

  #bindingsOf(user: UserInfo, scope: string): readonly { readonly binding: Binding; readonly subject: string }[] {
    const bound = this.#boundIn(scope);
    if (bound.size === 0) return [];
    const found = new Map<number, { readonly binding: Binding; readonly subject: string }>();
    for (const key of [`User ${user.name}`, ...user.groups.map((group) => `Group ${group}`)]) {
      for (const entry of bound.get(key) ?? []) if (!found.has(entry.order)) found.set(entry.order, entry);
    }
    return [...found].sort(([a], [b]) => a - b).map(([, entry]) => entry);
  }

  #boundIn(scope: string): Bound {
    const known = this.#bound.get(scope);
    if (known !== undefined) return known;
    const bound = new Map<string, { binding: Binding; order: number; subject: string }[]>();
    const resource = this.#resources.get(`${scope === "" ? "clusterrolebindings" : "rolebindings"}.${rbacGroup}`);
    let order = 0;
    if (resource !== null) {
      for (const [, object] of this.#cache.range(resource, scope)) {
        const binding = object as Binding;
        order += 1;
        for (const subject of binding.subjects ?? []) {
          const key = subjectKey(subject, scope);
          const list = bound.get(key) ?? [];
          if (list.length === 0) bound.set(key, list);
          list.push({ binding, order, subject: describeSubject(subject, scope) });
        }
      }
    }
    // Namespaces are named by clients, and most hold no bindings.
    if (this.#bound.size >= mostIdentities) this.#bound.clear();
    this.#bound.set(scope, bound);
    return bound;
  }
}

function subjectKey(subject: Subject, scope: string): string {
  if (subject.kind !== "ServiceAccount") return `${subject.kind} ${subject.name}`;
  return `User system:serviceaccount:${subject.namespace ?? scope}:${subject.name}`;
}

function describeSubject(subject: Subject, scope: string): string {
  return subject.kind === "ServiceAccount" ? `ServiceAccount ${goQuote(`${subject.name}/${subject.namespace ?? scope}`)}` : `${subject.kind} ${goQuote(subject.name)}`;
}

/** Several errors as Go's aggregate prints them, each once. */
function aggregate(errors: readonly string[]): string {
  const once = [...new Set(errors)];
  return once.length === 1 ? (once[0] as string) : `[${once.join(", ")}]`;
}
