// Follows staging/src/k8s.io/pod-security-admission/api/helpers.go and policy/registry.go.
import { invalid, key } from "../../../apimachinery/fieldError.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import { baselineChecks } from "./baselineChecks.ts";
import type { CheckedPod, Violation } from "./check.ts";
import { restrictedChecks } from "./restrictedChecks.ts";

export type Level = "privileged" | "baseline" | "restricted";

export interface LevelVersion {
  readonly level: Level;
  /** Of version 1.x; null is the latest one. */
  readonly minor: number | null;
}

/** What a namespace asks of its pods, and what is wrong with how it says so. */
export interface Policy {
  readonly enforce: LevelVersion;
  readonly audit: LevelVersion;
  readonly warn: LevelVersion;
  readonly errors: readonly FieldError[];
}

const levels: readonly Level[] = ["privileged", "baseline", "restricted"];
const anything: LevelVersion = { level: "privileged", minor: null };
/** Of the labels of namespaces, and of annotations in the audit log. */
export const policyPrefix = "pod-security.kubernetes.io/";

export function levelText({ level, minor }: LevelVersion): string {
  return `${level}:${minor === null ? "latest" : `v1.${minor}`}`;
}

export function isStricter(a: Level, b: Level): boolean {
  return levels.indexOf(a) > levels.indexOf(b);
}

const nothingAsked: Policy = { enforce: anything, audit: anything, warn: anything, errors: [] };
/** A pure function of labels, which do not change: objects are replaced. */
const known = new WeakMap<object, Policy>();

/** Unreadable labels ask for the most of pods, and for nothing of who would only be warned. */
export function policyOf(labels: Readonly<Record<string, string>> | undefined): Policy {
  if (labels === undefined) return nothingAsked;
  let policy = known.get(labels);
  if (policy === undefined) known.set(labels, (policy = readPolicy(labels)));
  return policy;
}

function readPolicy(labels: Readonly<Record<string, string>>): Policy {
  const errors: FieldError[] = [];
  const fault = (label: string, value: string, message: string): void => void errors.push(invalid(key("metadata.labels", label), value, message));
  const valueOf = (name: string): string | undefined => (Object.hasOwn(labels, `${policyPrefix}${name}`) ? labels[`${policyPrefix}${name}`] : undefined);
  const read = (mode: "enforce" | "audit" | "warn"): LevelVersion & { readonly given: boolean; readonly good: boolean } => {
    const level = valueOf(mode);
    const good = level !== undefined && (levels as readonly string[]).includes(level);
    if (level !== undefined && !good) fault(`${policyPrefix}${mode}`, level, `must be one of ${levels.join(", ")}`);
    const version = valueOf(`${mode}-version`);
    const minor = version === undefined ? null : minorOf(version);
    if (version !== undefined && minor === undefined) fault(`${policyPrefix}${mode}-version`, version, 'must be "latest" or "v1.x"');
    const otherwise = level !== undefined && mode === "enforce" ? "restricted" : "privileged";
    return { level: good ? (level as Level) : otherwise, minor: minor ?? null, given: level !== undefined, good };
  };
  const [enforce, audit, warn] = [read("enforce"), read("audit"), read("warn")];
  const level = ({ level: own, minor }: LevelVersion): LevelVersion => ({ level: own, minor });
  // Who is held to a level is warned of it in templates too.
  const follows = !warn.given && enforce.good && isStricter(enforce.level, warn.level);
  const warned: LevelVersion = follows ? { level: enforce.level, minor: valueOf("warn-version") === undefined ? enforce.minor : warn.minor } : level(warn);
  return { enforce: level(enforce), audit: level(audit), warn: warned, errors };
}

/** Undefined for what is no version. */
function minorOf(version: string): number | null | undefined {
  if (version === "latest") return null;
  const found = /^v1\.([0-9]|[1-9][0-9]{1,8})$/.exec(version);
  return found === null ? undefined : Number(found[1]);
}

/** All that a pod breaks of a level, in upstream's order: the names of the checks, the baseline's first. */
export function violations({ level, minor }: LevelVersion, pod: CheckedPod): readonly Violation[] {
  if (level === "privileged") return [];
  const at = minor ?? Number.MAX_SAFE_INTEGER;
  const strict = level === "restricted" ? restrictedChecks.filter((check) => (check.versions[0]?.[0] ?? 0) <= at) : [];
  const overridden = new Set(strict.map((check) => check.overrides));
  const found: Violation[] = [];
  for (const check of [...baselineChecks.filter((each) => !overridden.has(each.id)), ...strict]) {
    const rule = check.versions.findLast(([since]) => since <= at)?.[1];
    const violation = rule?.(pod) ?? null;
    if (violation !== null) found.push(violation);
  }
  return found;
}

export function detailText(found: readonly Violation[]): string {
  return found.map(({ reason, detail }) => (detail === "" ? reason : `${reason} (${detail})`)).join(", ");
}
