/** Features that a v1.36 kubelet declares in its Node's status, for the scheduler's NodeDeclaredFeatures. Sorted. */
export const declaredFeatures: readonly string[] = ["GuaranteedQoSPodCPUResize", "InPlacePodLevelResourcesVerticalScaling", "InPlacePodVerticalScaling", "RestartAllContainersOnContainerExits"];
