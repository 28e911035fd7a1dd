import type { ControllerDefinition } from "../../client/controller.ts";
import type { ReplicaSet } from "../../kinds/apps/replicaset/types.ts";
import { replicationControllerKind } from "../../kinds/core/replicationcontroller/kind.ts";
import type { ReplicationController } from "../../kinds/core/replicationcontroller/types.ts";
import { createReplicasController } from "../replicaset/replicaSetController.ts";

// Follows pkg/controller/replication/conversion.go: a ReplicationController is a ReplicaSet whose selector is a plain map.

export function createReplicationController(): ControllerDefinition<ReplicationController> {
  return createReplicasController({
    name: "replicationcontroller",
    account: "replication-controller",
    kind: replicationControllerKind,
    tellsTerminating: false,
    asReplicaSet,
    asStored: (rs) => ({ ...rs, spec: { ...rs.spec, selector: rs.spec.selector.matchLabels ?? {} } }) as ReplicationController,
  });
}

/** An object is looked at many times: its selector is made once. */
const known = new WeakMap<ReplicationController, ReplicaSet>();

function asReplicaSet(controller: ReplicationController): ReplicaSet {
  let rs = known.get(controller);
  if (rs === undefined) {
    rs = { ...controller, spec: { ...controller.spec, selector: { matchLabels: controller.spec.selector ?? {} } } } as ReplicaSet;
    known.set(controller, rs);
  }
  return rs;
}
