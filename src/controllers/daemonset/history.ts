import { selectorFromLabelSelector } from "../../apimachinery/labels.ts";
import type { ControllerView } from "../../client/controller.ts";
import type { WriteOp } from "../../client/writes.ts";
import { createOp, deleteOp, patchOp, updateOp } from "../../client/writes.ts";
import { controllerRevisionKind } from "../../kinds/apps/controllerrevision/kind.ts";
import type { ControllerRevision } from "../../kinds/apps/controllerrevision/types.ts";
import { daemonSetKind } from "../../kinds/apps/daemonset/kind.ts";
import type { DaemonSet } from "../../kinds/apps/daemonset/types.ts";
import { podKind } from "../../kinds/core/pod/kind.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { podTemplateHash } from "../../kinds/podTemplateHash.ts";
import { byRevision, keepsTemplate, newRevision, podRevisionLabel } from "../history/revisions.ts";
import { claim, controllerIndex, orphansOf } from "../ownership.ts";

// Follows pkg/controller/daemon/update.go (constructHistory, dedupCurHistories, snapshot, cleanupHistory).

export interface History {
  /** Of the present template. */
  readonly hash: string;
  readonly old: readonly ControllerRevision[];
  readonly ops: readonly WriteOp[];
}

/** The DaemonSet's revisions, and what brings them in order: exactly one is of the present template, and it is the latest. */
export function historyOf(daemonSet: DaemonSet, own: () => readonly Pod[], view: ControllerView): History {
  const { template } = daemonSet.spec;
  const lister = view.lister(controllerRevisionKind);
  const candidates = [...lister.byIndex(controllerIndex, daemonSet.metadata.uid), ...lister.byIndex(controllerIndex, orphansOf(daemonSet.metadata.namespace ?? ""))];
  const claimed = claim(daemonSet, daemonSetKind, controllerRevisionKind, selectorFromLabelSelector(daemonSet.spec.selector), candidates);
  const ops: WriteOp[] = [...claimed.ops];
  const revisions = claimed.mine.map((revision) => labelled(revision, ops));
  const current = revisions.filter((revision) => keepsTemplate(revision, template));
  const old = revisions.filter((revision) => !current.includes(revision));
  const number = old.reduce((most, { revision }) => Math.max(most, revision), 0) + 1;
  const [first, ...others] = current;
  if (first === undefined) {
    const hash = podTemplateHash(template, daemonSet.status?.collisionCount);
    return { hash, old, ops: [...ops, createOp(controllerRevisionKind, newRevision(daemonSet, daemonSetKind, template, { hash, label: podRevisionLabel, revision: number }))] };
  }
  const kept = others.reduce((best, revision) => (revision.revision >= best.revision ? revision : best), first);
  const hash = kept.metadata.labels?.[podRevisionLabel] ?? "";
  if (others.length > 0) ops.push(...mergeOps(current, kept, own()));
  if (kept.revision < number) ops.push(updateOp(controllerRevisionKind, { ...kept, revision: number } as ControllerRevision));
  return { hash, old, ops };
}

/** Revisions of before there were hashes go by their name. */
function labelled(revision: ControllerRevision, ops: WriteOp[]): ControllerRevision {
  const { labels, name } = revision.metadata;
  if (labels?.[podRevisionLabel] !== undefined) return revision;
  const fresh = { ...revision, metadata: { ...revision.metadata, labels: { ...labels, [podRevisionLabel]: name } } };
  ops.push(updateOp(controllerRevisionKind, fresh));
  return fresh;
}

/** Several revisions of one template become one, and the pods say so. */
function mergeOps(current: readonly ControllerRevision[], kept: ControllerRevision, pods: readonly Pod[]): readonly WriteOp[] {
  const hash = kept.metadata.labels?.[podRevisionLabel] ?? "";
  const strangers = pods.filter((pod) => pod.metadata.labels?.[podRevisionLabel] !== hash);
  return [
    ...strangers.map((pod) => patchOp(podKind, keyOf(pod.metadata), { metadata: { labels: { [podRevisionLabel]: hash } } }, "application/merge-patch+json")),
    ...current.filter((revision) => revision !== kept).map((revision) => deleteOp(controllerRevisionKind, keyOf(revision.metadata))),
  ];
}

const keyOf = ({ namespace = "", name }: { readonly namespace?: string; readonly name: string }) => ({ namespace, name });

/** The oldest revisions beyond the limit go, but for those that pods still have. */
export function cleanupOps(daemonSet: DaemonSet, old: readonly ControllerRevision[], own: () => readonly Pod[]): readonly WriteOp[] {
  const surplus = old.length - (daemonSet.spec.revisionHistoryLimit ?? 10);
  if (surplus <= 0) return [];
  const live = new Set(own().map((pod) => pod.metadata.labels?.[podRevisionLabel]));
  const dead = [...old].sort(byRevision).filter((revision) => !live.has(revision.metadata.labels?.[podRevisionLabel]));
  return dead.slice(0, surplus).map((revision) => deleteOp(controllerRevisionKind, keyOf(revision.metadata)));
}
