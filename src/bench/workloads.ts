import type { Json } from "../base/json.ts";
import { defaultClusterSpec, defaultNode, type ClusterSpec } from "../cluster/clusterSpec.ts";

export const podTemplate = {
  metadata: { labels: { app: "web" } },
  spec: { containers: [{ name: "nginx", image: "nginx:1.14.2", ports: [{ containerPort: 80 }] }] },
};

export function deployment(name: string, replicas: number, template: unknown = podTemplate): Json {
  return {
    apiVersion: "apps/v1", kind: "Deployment", metadata: { name, labels: { app: "web" } },
    spec: { replicas, selector: { matchLabels: { app: "web" } }, template },
  } as Json;
}

/** A pod that is asked every 10 s whether it is ready and alive. */
export const probedTemplate = {
  ...podTemplate,
  spec: { containers: [{ ...podTemplate.spec.containers[0], readinessProbe: { httpGet: { path: "/", port: 80 }, periodSeconds: 10 } }] },
};

export function clusterOf(nodes: number, pods: number): ClusterSpec {
  return {
    ...defaultClusterSpec,
    nodes: Array.from({ length: nodes }, (_, index) => ({ ...defaultNode(index + 1), pods })),
  };
}
