import { copyToExtend } from "../../base/extended.ts";
import type { Deployment } from "../../kinds/apps/deployment/types.ts";
import type { ReplicaSet } from "../../kinds/apps/replicaset/types.ts";
import { maxSurge } from "./fenceposts.ts";
import { replicasOf } from "./replicaSets.ts";

// Follows pkg/controller/deployment/util/deployment_util.go (SetNewReplicaSetAnnotations and its neighbours).

export const revisionAnnotation = "deployment.kubernetes.io/revision";
export const revisionHistoryAnnotation = "deployment.kubernetes.io/revision-history";
export const desiredReplicasAnnotation = "deployment.kubernetes.io/desired-replicas";
export const maxReplicasAnnotation = "deployment.kubernetes.io/max-replicas";

export const rollbackAnnotation = "deprecated.deployment.rollback.to";

/** Characters of revision history kept. */
const longestHistory = 2000;

/** A ReplicaSet's own, never copied from the Deployment. */
const notCopied = new Set([
  "kubectl.kubernetes.io/last-applied-configuration",
  revisionAnnotation,
  revisionHistoryAnnotation,
  desiredReplicasAnnotation,
  maxReplicasAnnotation,
  rollbackAnnotation,
]);

type Annotations = Readonly<Record<string, string>>;

export function revisionOf(object: { readonly metadata: { readonly annotations?: Annotations } }): number {
  return integerOf(object.metadata.annotations?.[revisionAnnotation]) ?? 0;
}

export function integerOf(text: string | undefined): number | null {
  return text !== undefined && /^[+-]?\d+$/.test(text) ? Number(text) : null;
}

/** The annotations the ReplicaSet of the present template must have: the Deployment's, and the revision with the ones it had before. */
export function newReplicaSetAnnotations(deployment: Deployment, before: Annotations, revision: number): Annotations {
  const annotations: Record<string, string> = copyToExtend(before);
  for (const [name, value] of Object.entries(deployment.metadata.annotations ?? {})) if (!notCopied.has(name)) annotations[name] = value;
  const old = before[revisionAnnotation];
  const oldRevision = old === undefined || old === "" ? 0 : integerOf(old);
  if (oldRevision === null || oldRevision >= revision) return annotations;
  annotations[revisionAnnotation] = String(revision);
  if (old !== undefined) {
    const history = longerHistory(before[revisionHistoryAnnotation] ?? "", old);
    if (history !== null) annotations[revisionHistoryAnnotation] = history;
  }
  return annotations;
}

/** The annotations of a Deployment that goes back to a ReplicaSet: its own are kept as far as they are never copied. */
export function annotationsOfReplicaSet(own: Annotations, rs: ReplicaSet): Annotations {
  const kept = Object.entries(own).filter(([name]) => notCopied.has(name));
  return Object.fromEntries([...kept, ...Object.entries(rs.metadata.annotations ?? {}).filter(([name]) => !notCopied.has(name))]);
}

/** Rolled back to: the revisions it had are kept, the oldest fall away when the text grows too long. */
function longerHistory(history: string, revision: string): string | null {
  if (history === "") return revision;
  const revisions = history.split(",");
  let length = history.length + revision.length + 1;
  let start = 0;
  while (length > longestHistory && start < revisions.length) {
    length -= (revisions[start] ?? "").length + 1;
    start += 1;
  }
  return length <= longestHistory ? [...revisions.slice(start), revision].join(",") : null;
}

/** What the sizes of its ReplicaSets were reckoned from: a change of it means that the Deployment was scaled. */
export function replicasAnnotations(deployment: Deployment): Annotations {
  const replicas = replicasOf(deployment);
  return { [desiredReplicasAnnotation]: String(replicas), [maxReplicasAnnotation]: String(replicas + maxSurge(deployment)) };
}

export function desiredReplicas(rs: ReplicaSet): number | null {
  return integerOf(rs.metadata.annotations?.[desiredReplicasAnnotation]);
}

export function hasAnnotations(rs: ReplicaSet, wanted: Annotations): boolean {
  return Object.entries(wanted).every(([name, value]) => rs.metadata.annotations?.[name] === value);
}
