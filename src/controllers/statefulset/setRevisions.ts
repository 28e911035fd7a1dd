import type { ReconcileContext } from "../../client/controller.ts";
import { createOp, deleteOp, updateOp } from "../../client/writes.ts";
import { controllerRevisionKind } from "../../kinds/apps/controllerrevision/kind.ts";
import type { ControllerRevision } from "../../kinds/apps/controllerrevision/types.ts";
import { statefulSetKind } from "../../kinds/apps/statefulset/kind.ts";
import type { StatefulSet } from "../../kinds/apps/statefulset/types.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { keepsTemplate, newRevision, nextRevision, revisionHash, revisionHashLabel, revisionName, templateOf } from "../history/revisions.ts";
import { revisionLabelOf } from "./identity.ts";
import type { Revisions } from "./rollout.ts";

// Follows pkg/controller/statefulset/stateful_set_control.go (getStatefulSetRevisions, truncateHistory).

/** The present template's revision is found, called back from the past, or made. */
export function presentRevisions(set: StatefulSet, history: readonly ControllerRevision[], ctx: ReconcileContext): Revisions {
  const found = foundRevision(set, history);
  if (found === null) {
    const identity = { hash: revisionHash(set.spec.template, collisionsOf(set)), label: revisionHashLabel, revision: nextRevision(history) };
    const made = newRevision(set, statefulSetKind, set.spec.template, identity);
    ctx.because(`made ControllerRevision ${made.metadata.name}: the pod template is new (revision ${identity.revision})`);
    ctx.write(createOp(controllerRevisionKind, made));
  } else if (found !== history.at(-1)) {
    ctx.because(`went back to ControllerRevision ${found.metadata.name}: it keeps the present pod template`);
    ctx.write(updateOp(controllerRevisionKind, { ...found, revision: nextRevision(history) } as ControllerRevision));
  }
  return revisionsFrom(set, history);
}

function foundRevision(set: StatefulSet, history: readonly ControllerRevision[]): ControllerRevision | null {
  return history.findLast((revision) => keepsTemplate(revision, set.spec.template)) ?? null;
}

function collisionsOf(set: StatefulSet): number {
  return set.status?.collisionCount ?? 0;
}

/** Names and templates of the revision that is left and of the one that is gone to, which may be about to be made. */
export function revisionsFrom(set: StatefulSet, history: readonly ControllerRevision[]): Revisions {
  const { template } = set.spec;
  const update = foundRevision(set, history)?.metadata.name ?? revisionName(set.metadata.name, revisionHash(template, collisionsOf(set)));
  const current = history.find(({ metadata }) => metadata.name === set.status?.currentRevision);
  return {
    update,
    updateTemplate: template,
    current: current?.metadata.name ?? update,
    currentTemplate: current === undefined ? template : templateOf(current, template),
    collisionCount: collisionsOf(set),
  };
}

/** Revisions that neither the set nor a pod is of go beyond the history limit, the oldest first. */
export function truncate(set: StatefulSet, history: readonly ControllerRevision[], pods: readonly Pod[], { current, update }: Revisions, ctx: ReconcileContext): void {
  const limit = set.spec.revisionHistoryLimit ?? 10;
  if (limit < 0 || history.length <= limit) return;
  const live = new Set([current, update, ...pods.map(revisionLabelOf)]);
  const old = history.filter(({ metadata }) => !live.has(metadata.name));
  for (const { metadata } of old.slice(0, Math.max(0, old.length - limit))) {
    ctx.because(`deleted ControllerRevision ${metadata.name}: the history keeps ${limit}`);
    ctx.write({ ...deleteOp(controllerRevisionKind, { namespace: metadata.namespace ?? "", name: metadata.name }), tolerates: [404] });
  }
}
