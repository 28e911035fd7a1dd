/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "horizontalpodautoscaler controller",
  implemented: [
    "Resource, ContainerResource, Pods, Object and External metrics, asked of metrics.k8s.io, custom.metrics.k8s.io and external.metrics.k8s.io as far as they are served",
    "pods that are not ready, pods without metrics, tolerances, policies and stabilization windows",
    "conditions, events and status as upstream's",
  ],
  notImplemented: ["targets that are custom resources", "minReplicas: 0 (HPAScaleToZero is off by default)"],
} as const;
