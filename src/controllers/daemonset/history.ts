import { selectorFromLabelSelector } from "../../apimachinery/labels.ts";
import { deepEqual } from "../../base/deepEqual.ts";
import type { Json } from "../../base/json.ts";
import type { ControllerView } from "../../client/controller.ts";
import type { NewObject, WriteOp } from "../../client/writes.ts";
import { createOp, deleteOp, patchOp, updateOp } from "../../client/writes.ts";
import { controllerRevisionKind } from "../../kinds/apps/controllerrevision/kind.ts";
import type { ControllerRevision } from "../../kinds/apps/controllerrevision/types.ts";
import { daemonSetKind } from "../../kinds/apps/daemonset/kind.ts";
import type { DaemonSet } from "../../kinds/apps/daemonset/types.ts";
import { podKind } from "../../kinds/core/pod/kind.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { podTemplateHash } from "../../kinds/podTemplateHash.ts";
import { claim, controllerIndex, controllerReference, orphansOf } from "../ownership.ts";
import { revisionHashLabel } from "./daemonPods.ts";

// Follows pkg/controller/daemon/update.go (constructHistory, dedupCurHistories, snapshot, cleanupHistory).

export interface History {
  /** Of the present template. */
  readonly hash: string;
  readonly old: readonly ControllerRevision[];
  readonly ops: readonly WriteOp[];
}

/** What a revision keeps: a patch that brings the template back. */
export function templatePatch(daemonSet: DaemonSet): Json {
  return { spec: { template: { ...daemonSet.spec.template, $patch: "replace" } } } as unknown as Json;
}

/** Whether the revision is of the DaemonSet's present template. */
export function isOfTemplate(revision: ControllerRevision, daemonSet: DaemonSet): boolean {
  const template = (revision.data as { readonly spec?: { readonly template?: Readonly<Record<string, unknown>> } } | undefined)?.spec?.template;
  if (template === undefined) return false;
  const { $patch, ...kept } = template;
  return $patch === "replace" && deepEqual(kept, daemonSet.spec.template);
}

/** The DaemonSet's revisions, and what brings them in order: exactly one is of the present template, and it is the latest. */
export function historyOf(daemonSet: DaemonSet, own: () => readonly Pod[], view: ControllerView): History {
  const lister = view.lister(controllerRevisionKind);
  const candidates = [...lister.byIndex(controllerIndex, daemonSet.metadata.uid), ...lister.byIndex(controllerIndex, orphansOf(daemonSet.metadata.namespace ?? ""))];
  const claimed = claim(daemonSet, daemonSetKind, controllerRevisionKind, selectorFromLabelSelector(daemonSet.spec.selector), candidates);
  const ops: WriteOp[] = [...claimed.ops];
  const revisions = claimed.mine.map((revision) => labelled(revision, ops));
  const current = revisions.filter((revision) => isOfTemplate(revision, daemonSet));
  const old = revisions.filter((revision) => !current.includes(revision));
  const number = old.reduce((most, { revision }) => Math.max(most, revision), 0) + 1;
  const [first, ...others] = current;
  if (first === undefined) {
    const hash = podTemplateHash(daemonSet.spec.template, daemonSet.status?.collisionCount);
    return { hash, old, ops: [...ops, createOp(controllerRevisionKind, newRevision(daemonSet, hash, number))] };
  }
  const kept = others.reduce((best, revision) => (revision.revision >= best.revision ? revision : best), first);
  const hash = kept.metadata.labels?.[revisionHashLabel] ?? "";
  if (others.length > 0) ops.push(...mergeOps(current, kept, own()));
  if (kept.revision < number) ops.push(updateOp(controllerRevisionKind, { ...kept, revision: number } as ControllerRevision));
  return { hash, old, ops };
}

/** Revisions of before there were hashes go by their name. */
function labelled(revision: ControllerRevision, ops: WriteOp[]): ControllerRevision {
  const { labels, name } = revision.metadata;
  if (labels?.[revisionHashLabel] !== undefined) return revision;
  const fresh = { ...revision, metadata: { ...revision.metadata, labels: { ...labels, [revisionHashLabel]: name } } };
  ops.push(updateOp(controllerRevisionKind, fresh));
  return fresh;
}

/** Several revisions of one template become one, and the pods say so. */
function mergeOps(current: readonly ControllerRevision[], kept: ControllerRevision, pods: readonly Pod[]): readonly WriteOp[] {
  const hash = kept.metadata.labels?.[revisionHashLabel] ?? "";
  const strangers = pods.filter((pod) => pod.metadata.labels?.[revisionHashLabel] !== hash);
  return [
    ...strangers.map((pod) => patchOp(podKind, keyOf(pod.metadata), { metadata: { labels: { [revisionHashLabel]: hash } } }, "application/merge-patch+json")),
    ...current.filter((revision) => revision !== kept).map((revision) => deleteOp(controllerRevisionKind, keyOf(revision.metadata))),
  ];
}

const keyOf = ({ namespace = "", name }: { readonly namespace?: string; readonly name: string }) => ({ namespace, name });

function newRevision(daemonSet: DaemonSet, hash: string, revision: number): NewObject & { readonly revision: number } {
  const { name, namespace = "", annotations } = daemonSet.metadata;
  return {
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels: { ...daemonSet.spec.template.metadata?.labels, [revisionHashLabel]: hash },
      ...(annotations === undefined ? {} : { annotations }),
      ownerReferences: [controllerReference(daemonSet, daemonSetKind)],
    },
    data: templatePatch(daemonSet),
    revision,
  } as NewObject & { readonly revision: number };
}

/** The oldest revisions beyond the limit go, but for those that pods still have. */
export function cleanupOps(daemonSet: DaemonSet, old: readonly ControllerRevision[], own: () => readonly Pod[]): readonly WriteOp[] {
  const surplus = old.length - (daemonSet.spec.revisionHistoryLimit ?? 10);
  if (surplus <= 0) return [];
  const live = new Set(own().map((pod) => pod.metadata.labels?.[revisionHashLabel]));
  const dead = [...old].sort((a, b) => a.revision - b.revision).filter((revision) => !live.has(revision.metadata.labels?.[revisionHashLabel]));
  return dead.slice(0, surplus).map((revision) => deleteOp(controllerRevisionKind, keyOf(revision.metadata)));
}
