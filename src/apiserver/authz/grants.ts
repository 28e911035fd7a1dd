import { ruleCoversPath, ruleCoversResource } from "./rules.ts";
import type { PolicyRule } from "../../kinds/rbac/types.ts";

/** A rule that somebody holds, and by what. */
export interface Grant {
  readonly rule: PolicyRule;
  readonly reason: string;
}

interface Verdict {
  /** Why any object is allowed; null where none is, or only some. */
  readonly any: string | null;
  /** Objects that rules name, each with why. */
  readonly named: ReadonlyMap<string, string> | null;
}

const mostVerdicts = 512;
const nothing: Verdict = { any: null, named: null };

/** The rules that one identity holds in one namespace. Verdicts are remembered: few questions come again and again. */
export class Grants {
  readonly all: readonly Grant[];
  /** What was wrong while they were collected. */
  readonly errors: readonly string[];
  readonly #verdicts = new Map<string, Verdict>();

  constructor(all: readonly Grant[], errors: readonly string[] = []) {
    this.all = all;
    this.errors = errors;
  }

  /** Why it is allowed; null where it is not. `resource`: "pods", "pods/status". */
  resource(verb: string, group: string, resource: string, name: string): string | null {
    const key = `${verb} ${group} ${resource}`;
    let verdict = this.#verdicts.get(key);
    if (verdict === undefined) this.#remember(key, (verdict = this.#judge(verb, group, resource)));
    return verdict.named?.get(name) ?? verdict.any;
  }

  path(verb: string, path: string): string | null {
    const key = `${verb} ${path}`;
    let verdict = this.#verdicts.get(key);
    if (verdict === undefined) {
      const grant = this.all.find(({ rule }) => ruleCoversPath(rule, verb, path));
      this.#remember(key, (verdict = grant === undefined ? nothing : { any: grant.reason, named: null }));
    }
    return verdict.any;
  }

  #judge(verb: string, group: string, resource: string): Verdict {
    let named: Map<string, string> | null = null;
    for (const { rule, reason } of this.all) {
      if (!ruleCoversResource(rule, verb, group, resource)) continue;
      const names = rule.resourceNames ?? [];
      if (names.length === 0) return { any: reason, named };
      named ??= new Map();
      for (const name of names) if (!named.has(name)) named.set(name, reason);
    }
    return named === null ? nothing : { any: null, named };
  }

  #remember(key: string, verdict: Verdict): void {
    // Clients write paths and verbs.
    if (this.#verdicts.size >= mostVerdicts) this.#verdicts.clear();
    this.#verdicts.set(key, verdict);
  }
}
