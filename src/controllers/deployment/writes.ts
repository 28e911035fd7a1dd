import { extended } from "../../base/extended.ts";
import { referenceTo } from "../../client/eventRecorder.ts";
import type { NewObject, WriteOp } from "../../client/writes.ts";
import { createOp, patchOp, updateOp, updateStatusOp } from "../../client/writes.ts";
import { deploymentKind } from "../../kinds/apps/deployment/kind.ts";
import type { Deployment, DeploymentStatus } from "../../kinds/apps/deployment/types.ts";
import { replicaSetKind } from "../../kinds/apps/replicaset/kind.ts";
import type { ReplicaSet } from "../../kinds/apps/replicaset/types.ts";
import { podTemplateHash } from "../../kinds/podTemplateHash.ts";
import { controllerReference } from "../ownership.ts";
import { hasAnnotations, newReplicaSetAnnotations, replicasAnnotations, revisionAnnotation } from "./annotations.ts";
import { newReplicaSetSize } from "./fenceposts.ts";
import { podTemplateHashLabel, replicasOf } from "./replicaSets.ts";
import type { Resize } from "./rolling.ts";

// Follows pkg/controller/deployment/sync.go (getNewReplicaSet, scaleReplicaSet).

const longestName = 253;

/** The name of the ReplicaSet of a hash; a long Deployment name gives way to the hash. */
export function replicaSetName(deployment: string, hash: string): string {
  return `${deployment.slice(0, longestName - hash.length - 1)}-${hash}`;
}

/** A ReplicaSet for the present template, as large as the strategy lets it begin. */
export function newReplicaSetFor(deployment: Deployment, old: readonly ReplicaSet[], revision: number): NewObject & { readonly replicas: number } {
  const { template, selector, minReadySeconds } = deployment.spec;
  const hash = podTemplateHash(template, deployment.status?.collisionCount);
  const labels = extended(template.metadata?.labels ?? {}, { [podTemplateHashLabel]: hash });
  const replicas = newReplicaSetSize(deployment, old, 0);
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: replicaSetName(deployment.metadata.name, hash),
      namespace: deployment.metadata.namespace ?? "",
      labels,
      annotations: extended(newReplicaSetAnnotations(deployment, {}, revision), replicasAnnotations(deployment)),
      ownerReferences: [controllerReference(deployment, deploymentKind)],
    },
    spec: {
      replicas,
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
      selector: { ...selector, matchLabels: extended(selector.matchLabels ?? {}, { [podTemplateHashLabel]: hash }) },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
    replicas,
  };
}

export function createReplicaSetOp(deployment: Deployment, { replicas, ...rs }: ReturnType<typeof newReplicaSetFor>): WriteOp {
  const op = createOp(replicaSetKind, rs);
  return replicas === 0 ? op : extended(op, { event: scalingEvent(deployment, `Scaled up replica set {name} from 0 to ${replicas}`) });
}

/**
 * Changes of size in order. The first of a ReplicaSet is an update of the object we know, so that a stale view conflicts; a further one
 * of the same ReplicaSet is a patch on top of it.
 */
export function resizeOps(deployment: Deployment, resizes: readonly Resize[], annotateAll: boolean): readonly WriteOp[] {
  const ops: WriteOp[] = [];
  const sizes = new Map<string, number>();
  const annotations = replicasAnnotations(deployment);
  for (const { rs, to } of resizes) {
    const known = sizes.get(rs.metadata.uid);
    const from = known ?? replicasOf(rs);
    if (from === to && (!annotateAll || hasAnnotations(rs, annotations))) continue;
    sizes.set(rs.metadata.uid, to);
    const op =
      known === undefined
        ? updateOp(replicaSetKind, { ...rs, metadata: { ...rs.metadata, annotations: { ...rs.metadata.annotations, ...annotations } }, spec: { ...rs.spec, replicas: to } } as ReplicaSet)
        : patchOp(replicaSetKind, { namespace: rs.metadata.namespace ?? "", name: rs.metadata.name }, { spec: { replicas: to } }, "application/merge-patch+json");
    const direction = to > from ? "up" : "down";
    ops.push(from === to ? op : { ...op, event: scalingEvent(deployment, `Scaled ${direction} replica set ${rs.metadata.name} from ${from} to ${to}`) });
  }
  return ops;
}

/** Brings the annotations and minReadySeconds of the present ReplicaSet up to date; null where they are. */
export function refreshOp(deployment: Deployment, rs: ReplicaSet, revision: number): WriteOp | null {
  const before = rs.metadata.annotations ?? {};
  const annotations = newReplicaSetAnnotations(deployment, before, revision);
  const minReadySeconds = deployment.spec.minReadySeconds ?? 0;
  if ((rs.spec.minReadySeconds ?? 0) === minReadySeconds && hasAnnotations(rs, annotations)) return null;
  return updateOp(replicaSetKind, { ...rs, metadata: { ...rs.metadata, annotations }, spec: { ...rs.spec, minReadySeconds } } as ReplicaSet);
}

/** Upstream keeps the revision through the status subresource too: it lets annotations pass. */
export function statusOp(deployment: Deployment, status: DeploymentStatus, revision?: string): WriteOp {
  const { metadata } = deployment;
  const annotated = revision === undefined ? metadata : extended(metadata, { annotations: extended(metadata.annotations ?? {}, { [revisionAnnotation]: revision }) });
  return updateStatusOp(deploymentKind, { ...deployment, metadata: annotated, status } as Deployment);
}

function scalingEvent(deployment: Deployment, message: string): NonNullable<WriteOp["event"]> {
  return { about: referenceTo(deployment), type: "Normal", reason: "ScalingReplicaSet", message };
}

