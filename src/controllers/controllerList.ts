import { eraseKind } from "../client/controller.ts";
import { createDeploymentController } from "./deployment/deploymentController.ts";
import type { ControllerRegistration } from "./registration.ts";
import { createReplicaSetController } from "./replicaset/replicaSetController.ts";

/** The controllers of kube-controller-manager; to add one is its folder and its line here. */
export const controllerManagerControllers: readonly ControllerRegistration[] = [
  { names: ["deployment-controller", "deployment"], create: () => eraseKind(createDeploymentController()) },
  { names: ["replicaset-controller", "replicaset"], create: () => eraseKind(createReplicaSetController()) },
];

/** The controllers of cloud-controller-manager. */
export const cloudControllers: readonly ControllerRegistration[] = [];
