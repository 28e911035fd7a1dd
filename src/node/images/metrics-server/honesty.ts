/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "metrics-server",
  implemented: ["scrapes of each kubelet's /metrics/resource every 15 seconds", "metrics.k8s.io/v1beta1 NodeMetrics and PodMetrics, 503 while nobody answers for the group", "readiness once there are rates"],
  notImplemented: ["the APIService object: the group is there where the add-on is", "certificates and authentication between it, the kubelets and the API server", "answers by the program itself: the API server tells what the last scrapes said"],
} as const;
