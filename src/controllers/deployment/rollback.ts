// Follows pkg/controller/deployment/rollback.go: what kubectl did before it patched the template itself.
import type { ReconcileContext } from "../../client/controller.ts";
import { referenceTo } from "../../client/eventRecorder.ts";
import { updateOp } from "../../client/writes.ts";
import { deploymentKind } from "../../kinds/apps/deployment/kind.ts";
import type { Deployment } from "../../kinds/apps/deployment/types.ts";
import type { ReplicaSet } from "../../kinds/apps/replicaset/types.ts";
import { annotationsOfReplicaSet, integerOf, revisionOf, rollbackAnnotation } from "./annotations.ts";
import { sameTemplate, withoutHash } from "./replicaSets.ts";

export const isRollback = (deployment: Deployment): boolean => (deployment.metadata.annotations?.[rollbackAnnotation] ?? "") !== "";

/** Brings the template of an earlier revision back, and takes the annotation that asked for it away. */
export function rollBack(deployment: Deployment, sets: readonly ReplicaSet[], ctx: ReconcileContext): void {
  const asked = integerOf(deployment.metadata.annotations?.[rollbackAnnotation]) ?? 0;
  const revision = asked === 0 ? lastRevision(sets) : asked;
  const warn = (reason: string, message: string): void => ctx.event({ about: referenceTo(deployment), type: "Warning", reason, message });
  const { [rollbackAnnotation]: _asked, ...annotations } = deployment.metadata.annotations ?? {};
  const plain: Deployment = { ...deployment, metadata: { ...deployment.metadata, annotations } };
  const rs = revision === 0 ? undefined : sets.find((each) => revisionOf(each) === revision);
  const template = rs?.spec.template;
  if (rs === undefined || template === undefined) {
    warn("DeploymentRollbackRevisionNotFound", revision === 0 ? "Unable to find last revision." : "Unable to find the revision to rollback to.");
    ctx.write(updateOp(deploymentKind, plain));
  } else if (sameTemplate(template, deployment.spec.template)) {
    warn("DeploymentRollbackTemplateUnchanged", `The rollback revision contains the same template as current deployment "${deployment.metadata.name}"`);
    ctx.write(updateOp(deploymentKind, plain));
  } else {
    ctx.because(`rolled back to revision ${revision}, the template of ReplicaSet ${rs.metadata.name}`);
    const rolledBack: Deployment = { ...plain, metadata: { ...plain.metadata, annotations: annotationsOfReplicaSet(annotations, rs) }, spec: { ...plain.spec, template: withoutHash(template) } };
    const message = `Rolled back deployment "${deployment.metadata.name}" to revision ${revision}`;
    ctx.write({ ...updateOp(deploymentKind, rolledBack), event: { about: referenceTo(deployment), type: "Normal", reason: "DeploymentRollback", message } });
  }
}

/** The one before the latest; 0 where there is none. */
function lastRevision(sets: readonly ReplicaSet[]): number {
  return sets.map(revisionOf).sort((a, b) => b - a)[1] ?? 0;
}
